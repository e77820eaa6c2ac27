import type { NotificationTemplate, PaymentMethod, PaymentSource } from '@murmuration/contracts'

/** A product of the catalogue, by its number, with its stock. Prices are in euro cents. */
export interface Goods {
  readonly product: number
  readonly price: number
  /** How many lie in each warehouse from the beginning; there may come some to where none are. */
  readonly pieces: readonly number[]
}

/** Something that somebody outside does; numbers name orders, users, products, refunds and returns. */
export type Deed = { readonly atMs: number } & (
  | {
      readonly does: 'place'
      readonly order: number
      readonly user: number
      readonly items: readonly { readonly product: number; readonly quantity: number }[]
      readonly method: PaymentMethod
      readonly source: PaymentSource
      readonly country: string
      /** The order comes through the log only, as an injected one does. */
      readonly byLog: boolean
      /** What comes through the log has a wrong total, which an operator repairs wherever it was parked. */
      readonly forged: boolean
      /** When the provider's webhooks about its charge and refunds come, in ms after the booking; none, late ones, and several are possible. */
      readonly webhooksMs: readonly number[]
      /** A signed webhook besides these, at once, that contradicts itself or what was asked for. */
      readonly lie: Lie | undefined
    }
  | { readonly does: 'cancel'; readonly order: number; readonly user: number }
  | { readonly does: 'give up'; readonly order: number }
  | {
      readonly does: 'refund'
      readonly order: number
      /** The customer, who must be refused; absent: an administrator. */
      readonly user?: number
      readonly refund: number
      /** `more` than was paid must be refused. */
      readonly amount: 'all' | 'third' | 'more'
    }
  /** Looks at all orders; what tries again is numbered from `refund` on. */
  | { readonly does: 'retry refunds'; readonly orders: readonly number[]; readonly refund: number }
  | {
      readonly does: 'return'
      readonly order: number
      readonly user: number
      readonly return: number
      /** Absent: all that is left. */
      readonly product?: number
      readonly quantity: number
      /** Up to how many cents the shop agrees by itself. */
      readonly withoutApproval: number
    }
  | { readonly does: 'approve' | 'reject'; readonly order: number; readonly return: number }
  | {
      readonly does: 'restock' | 'deduct'
      readonly product: number
      readonly warehouse: number
      readonly quantity: number
      readonly adjustment: number
    }
  | { readonly does: 'reprice'; readonly product: number; readonly price: number }
  | { readonly does: 'retire'; readonly product: number }
  /** Told again as it is, for projections that may have missed something. */
  | { readonly does: 'restate'; readonly product: number }
  | { readonly does: 'prefer'; readonly user: number; readonly email: boolean; readonly muted: readonly NotificationTemplate[] }
  | { readonly does: 'poison'; readonly how: Poison; readonly order: number }
  | { readonly does: 'repeat'; readonly order: number; readonly nth: number }
  | { readonly does: 'look after parked'; readonly forMs: number }
  | { readonly does: 'silence'; readonly service: string; readonly forMs: number }
)
export type Does = Deed['does']
export type DeedOf<D extends Does> = Extract<Deed, { readonly does: D }>

/** In what a webhook contradicts: each must be refused. */
export const lies = ['type', 'amount', 'currency', 'method'] as const
export type Lie = (typeof lies)[number]

/** Messages that no service ever wrote; each must be parked, or have no effect. */
export const poisons = [
  'no json',
  'empty body',
  'no headers',
  'wrong schema',
  'unknown type',
  'unknown version',
  'wrong producer',
  'forged order',
  'forged capture',
  'forged failure',
  'forged charge',
  'forged return',
  'forged refund',
  'same id, other body',
  'NUL in a name',
  'half a surrogate pair',
  'not UTF-8',
  'UTF-16',
  'NUL in the id',
  'endless id',
  'NUL in a header',
  'a header called __proto__',
  'a key that is no text',
  'endless key',
  'no time',
  'one other byte',
] as const
export type Poison = (typeof poisons)[number]

/** Everything that a run does from outside, as data: what shrinking takes away from, and what a story begins with. */
export interface Plan {
  /** How long stock is held for an unpaid order. */
  readonly holdMs: number
  /** How long payment waits before each further attempt at a declined refund, in ms. */
  readonly refundRetriesMs: readonly number[]
  readonly users: number
  /** The priority of each warehouse. */
  readonly warehouses: readonly number[]
  readonly goods: readonly Goods[]
  /** In the order of time. */
  readonly deeds: readonly Deed[]
}

/** Orders to it are rejected by the risk service. */
export const BLOCKED_COUNTRY = 'KP'
