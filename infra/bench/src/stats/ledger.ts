/** What the topics say of a saga. `confirmed` and `notified` together make it complete; the other two end it otherwise. */
export type Sign = 'confirmed' | 'notified' | 'cancelled' | 'failed'

/** The account of one phase: every saga that was begun in it is in exactly one of these at the end. Times in ms. */
export interface Account {
  /** Durations from when a saga should have been sent until both its ends were seen. */
  readonly sagaMs: readonly number[]
  /** Durations of the POSTs, from when they should have been sent. */
  readonly postMs: readonly number[]
  readonly completed: number
  /** Ended, but not confirmed. */
  readonly cancelled: number
  /** Accepted, but their end was never seen. */
  readonly incomplete: number
  /** POSTs that were not answered by 201, by answer. */
  readonly refused: Readonly<Record<string, number>>
  /** When the last saga was complete. */
  readonly lastAt: number
}

export interface Ledger {
  /** A POST is on its way. */
  sent(): void
  /** It was answered: this is the saga. Signs of it may have been seen before. */
  accepted(orderId: string, dueAt: number, answeredAt: number): void
  /** It was answered otherwise, or not at all. */
  refused(why: string): void
  /** It was not sent after all. */
  withdrawn(): void
  saw(orderId: string, sign: Sign, at: number): void
  /** Sagas that have begun (or may have) and not ended. */
  open(): number
  /** Waits until fewer than `limit` are open, then is `sent`. */
  turn(limit: number): Promise<void>
  close(): Account
}

interface Saga {
  readonly dueAt: number
  readonly signs: Set<Sign>
}

/** Joins what was posted with what the topics say, whichever is known first. */
export function ledger(): Ledger {
  const open = new Map<string, Saga>()
  const early = new Map<string, { sign: Sign; at: number }[]>()
  const sagaMs: number[] = []
  const postMs: number[] = []
  const refused: Record<string, number> = {}
  const waiting: { limit: number; go: () => void }[] = []
  let underway = 0
  let cancelled = 0
  let lastAt = 0

  const openNow = () => open.size + underway
  const settle = () => {
    // Signs without a saga are of others' orders once no answer is outstanding.
    if (underway === 0) early.clear()
    while (waiting[0] !== undefined && openNow() < waiting[0].limit) {
      underway++
      waiting.shift()?.go()
    }
  }

  const note = (orderId: string, saga: Saga, sign: Sign, at: number): void => {
    saga.signs.add(sign)
    const done = saga.signs.has('confirmed') && saga.signs.has('notified')
    const lost = sign === 'cancelled' || sign === 'failed'
    if (!done && !lost) return
    open.delete(orderId)
    if (done) {
      sagaMs.push(at - saga.dueAt)
      lastAt = Math.max(lastAt, at)
    } else cancelled++
  }

  return {
    sent() {
      underway++
    },
    accepted(orderId, dueAt, answeredAt) {
      underway--
      postMs.push(answeredAt - dueAt)
      const saga: Saga = { dueAt, signs: new Set() }
      open.set(orderId, saga)
      for (const { sign, at } of early.get(orderId) ?? []) if (open.has(orderId)) note(orderId, saga, sign, at)
      early.delete(orderId)
      settle()
    },
    refused(why) {
      underway--
      refused[why] = (refused[why] ?? 0) + 1
      settle()
    },
    withdrawn() {
      underway--
      settle()
    },
    saw(orderId, sign, at) {
      const saga = open.get(orderId)
      if (saga === undefined) {
        if (underway > 0) early.set(orderId, [...(early.get(orderId) ?? []), { sign, at }])
        return
      }
      note(orderId, saga, sign, at)
      settle()
    },
    open: openNow,
    turn(limit) {
      return new Promise((resolve) => {
        waiting.push({ limit, go: resolve })
        settle()
      })
    },
    close() {
      return { sagaMs, postMs, completed: sagaMs.length, cancelled, incomplete: openNow(), refused, lastAt }
    },
  }
}
