import { happens, nameOf } from './chance.ts'
import type { Settings } from './settings.ts'

interface Common {
  readonly id: string
  readonly key: string
  readonly status: 'succeeded' | 'declined'
  readonly amount: number
  readonly currency: string
  readonly method: string
  readonly reference: string
  readonly createdAt: string
  readonly code?: string
  readonly message?: string
}
export interface Charge extends Common {
  readonly type: 'charge'
}
export interface Refund extends Common {
  readonly type: 'refund'
  readonly chargeId: string
}
/** One line of the book. Never changed once written. */
export type Entry = Charge | Refund

export interface ChargeOrder {
  readonly amount: number
  readonly currency: string
  readonly method: string
  readonly reference: string
}
export interface RefundOrder {
  readonly chargeId: string
  readonly amount: number
  readonly reference?: string | undefined
}

/** A made or found entry; `made` is false when the key was known. */
export type Booked<Kind extends Entry> = { readonly entry: Kind; readonly made: boolean } | 'other_body' | 'unknown_charge'

const declined = (code: string, message: string) => ({ status: 'declined' as const, code, message })
const succeeded = { status: 'succeeded' as const }

/**
 * All charges and refunds, by key, in memory.
 * @param write keeps an entry before it counts; when it throws, nothing was made
 */
export function openBook(entries: Iterable<Entry>, write: (entry: Entry) => void) {
  const charges = new Map<string, Charge>()
  const refunds = new Map<string, Refund>()
  const chargesById = new Map<string, Charge>()
  const refunded = new Map<string, number>()
  const days = new Map<string, Entry[]>()

  const enter = (entry: Entry) => {
    if (entry.type === 'charge') {
      charges.set(entry.key, entry)
      chargesById.set(entry.id, entry)
    } else refunds.set(entry.key, entry)
    if (entry.status === 'declined') return
    if (entry.type === 'refund') refunded.set(entry.chargeId, (refunded.get(entry.chargeId) ?? 0) + entry.amount)
    const day = entry.createdAt.slice(0, 10)
    const ofDay = days.get(day)
    if (ofDay === undefined) days.set(day, [entry])
    else ofDay.push(entry)
  }
  for (const entry of entries) enter(entry)
  const add = <Kind extends Entry>(entry: Kind): Booked<Kind> => {
    write(entry)
    enter(entry)
    return { entry, made: true }
  }

  return {
    /** Charges once for a key, or finds what the key has charged. */
    charge(key: string, order: ChargeOrder, { successRate }: Pick<Settings, 'successRate'>, now: Date): Booked<Charge> {
      const known = charges.get(key)
      if (known !== undefined)
        return same(known, order, ['amount', 'currency', 'method', 'reference']) ? { entry: known, made: false } : 'other_body'
      const yes = order.method !== 'decline' && happens('charge', key, successRate)
      const outcome = yes ? succeeded : declined('card_declined', 'The card was declined.')
      return add({ type: 'charge', id: nameOf('ch', key), key, ...order, ...outcome, createdAt: now.toISOString() })
    },
    /** Refunds once for a key, never more than is left of the charge. */
    refund(key: string, order: RefundOrder, { refundSuccessRate }: Pick<Settings, 'refundSuccessRate'>, now: Date): Booked<Refund> {
      const known = refunds.get(key)
      const reference = order.reference ?? known?.reference ?? key
      if (known !== undefined)
        return same(known, { ...order, reference }, ['chargeId', 'amount', 'reference']) ? { entry: known, made: false } : 'other_body'
      const charge = chargesById.get(order.chargeId)
      if (charge === undefined || charge.status === 'declined') return 'unknown_charge'
      const left = charge.amount - (refunded.get(charge.id) ?? 0)
      const outcome =
        order.amount > left
          ? declined('amount_exceeds_charge', `${left} minor units are left of the charge.`)
          : happens('refund', key, refundSuccessRate)
            ? succeeded
            : declined('refund_declined', 'The refund was declined.')
      const { currency, method } = charge
      return add({
        type: 'refund',
        id: nameOf('re', key),
        key,
        ...order,
        reference,
        currency,
        method,
        ...outcome,
        createdAt: now.toISOString(),
      })
    },
    find: (type: Entry['type'], key: string): Entry | undefined => (type === 'charge' ? charges : refunds).get(key),
    /** What moved money on a day (UTC), in order. */
    ofDay: (day: string): readonly Entry[] => days.get(day) ?? [],
  }
}
export type Book = ReturnType<typeof openBook>

const same = <Order extends object>(known: NoInfer<Order>, order: Order, fields: readonly (keyof Order)[]) =>
  fields.every((field) => known[field] === order[field])
