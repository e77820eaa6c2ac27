import { Transient } from '@murmuration/contracts'
import { z } from 'zod'
import type { Outcome } from '../domain/settlement.ts'

/** The request may or may not have reached the provider: its outcome has to be asked for. */
export class UnknownOutcome extends Transient {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnknownOutcome'
  }
}

// What goes into events is cut to their schema's bounds here, so that a talkative provider cannot make an answer unusable.
export const shortText = (longest: number) =>
  z.string().transform((value) =>
    value
      .replaceAll(/\p{Cc}/gu, ' ')
      .slice(0, longest)
      .toWellFormed(),
  )
const moment = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString())
const entry = z.discriminatedUnion('status', [
  z.object({ status: z.literal('succeeded'), id: z.string().regex(/^[\x21-\x7e]{1,200}$/), createdAt: moment }),
  z.object({ status: z.literal('declined'), code: shortText(100).pipe(z.string().min(1)), message: shortText(2000), createdAt: moment }),
])

/** A charge or refund as the provider tells it, in our words. Undefined when it cannot be understood. */
export function outcomeOf(told: unknown): Outcome | undefined {
  const { data } = entry.safeParse(told)
  if (data === undefined) return undefined
  if (data.status === 'succeeded') return { outcome: 'done', reference: data.id, at: data.createdAt }
  return { outcome: 'declined', code: data.code, message: data.message, at: data.createdAt }
}
