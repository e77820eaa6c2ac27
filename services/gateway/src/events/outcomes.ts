import type { Tail } from './tail.ts'

/** How an order ended. */
export interface Outcome {
  status: 'confirmed' | 'cancelled' | 'failed'
  reason?: string
}

/** The events that end an order. */
export const endings: Readonly<Record<string, Outcome['status']>> = {
  OrderConfirmed: 'confirmed',
  OrderCancelled: 'cancelled',
  OrderFailed: 'failed',
}

export const isEnded = (status: unknown): boolean => Object.values(endings).includes(status as Outcome['status'])

export interface Waiting {
  /** The end, or undefined when it has not come within `ms`. */
  within(ms: number): Promise<Outcome | undefined>
  /** Stops listening. */
  end(): void
}

/** Waits for the ends of orders. Ask before the order is placed, so that nothing is missed. */
export interface Outcomes {
  expect(orderId: string): Waiting
  /** Lets all who wait go, without an end: the process is leaving. */
  release(): void
  released(): boolean
}

export function outcomes(orderEvents: Tail): Outcomes {
  const leaving = Promise.withResolvers<undefined>()
  let released = false
  return {
    expect(orderId) {
      const ended = Promise.withResolvers<Outcome>()
      const end = orderEvents.listen(orderId, ({ headers, value }) => {
        const status = endings[headers['ce_type'] ?? '']
        if (status === undefined) return
        const { reason } = JSON.parse(value?.toString('utf8') ?? '{}') as { reason?: string }
        ended.resolve({ status, ...(reason !== undefined && { reason }) })
      })
      return {
        async within(ms) {
          let timer: NodeJS.Timeout | undefined
          const late = new Promise<undefined>((resolve) => {
            timer = setTimeout(() => resolve(undefined), Math.max(0, ms))
          })
          try {
            return await Promise.race([ended.promise, late, leaving.promise])
          } finally {
            clearTimeout(timer)
          }
        },
        end,
      }
    },
    release() {
      released = true
      leaving.resolve(undefined)
    },
    released: () => released,
  }
}
