// What the rules read of each service's rows, under the columns' own names: a row from memory is one, too. Amounts are minor units, quantities pieces.

export interface OrderRow {
  readonly orderId: string
  readonly userId: string
  readonly status: 'pending' | 'paid' | 'confirmed' | 'cancelled' | 'failed'
  /** Of a cancelled one: out_of_stock, payment_failed, expired or by_customer; of a failed one what the operator wrote. */
  readonly reason: string | null
  readonly amount: number
  readonly currency: string
  readonly paymentId: string | null
  readonly returns: readonly ReturnOfOrder[]
  readonly refunds: readonly RefundOfOrder[]
}

export interface ReturnOfOrder {
  readonly returnId: string
  readonly status: 'requested' | 'approved' | 'rejected' | 'completed'
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  /** What was paid for it. */
  readonly amount: number
  /** Nothing was left of the payment. */
  readonly alreadyRefunded?: boolean
}

/** A refund as the order shows it. */
export interface RefundOfOrder {
  readonly refundId: string
  readonly amount: number
  readonly status: 'pending' | 'refunded' | 'failed' | 'retried'
}

export interface RefundOfPayment {
  readonly refundId: string
  readonly amount: number
  /** `declined`: to be tried again; `failed`: a person has to look; `none`: nothing was left for a return. */
  readonly status: 'pending' | 'refunded' | 'declined' | 'failed' | 'none'
  /** The refund that tries it again. */
  readonly retriedBy?: string
  readonly returnId?: string
}

export interface PaymentRow {
  readonly orderId: string
  readonly paymentId: string
  readonly status: 'pending' | 'processing' | 'success' | 'failed' | 'refunded'
  /** Of a pending one: order, stock or risk; of a processing one channel. */
  readonly waitsFor: string | null
  readonly reason: string | null
  readonly amount: number | null
  readonly currency: string | null
  /** What the provider calls the charge. */
  readonly providerReference: string | null
  readonly refunds: readonly RefundOfPayment[]
  readonly refundedAmount: number
}

export interface ReservationRow {
  readonly orderId: string
  readonly status: 'held' | 'rejected' | 'committed' | 'released' | 'expired' | 'restocked'
  readonly amount: number
  readonly currency: string
  readonly lines: readonly Pieces[]
  /** What came back after it was sold. */
  readonly returns: readonly { readonly returnId: string; readonly lines: readonly Pieces[] }[]
}

interface Pieces {
  readonly sku: string
  readonly warehouse: string
  readonly quantity: number
}

export interface StockRow {
  readonly stockKey: string
  readonly sku: string
  readonly warehouse: string
  readonly available: number
  readonly reserved: number
  readonly total: number
}

/** A change of stock by a person. */
export interface AdjustmentRow {
  readonly sku: string
  readonly warehouse: string
  readonly cause: 'restock' | 'deduct'
  readonly quantity: number
}

export interface AssessmentRow {
  readonly paymentId: string
  readonly orderId: string
  readonly level: string
}

export interface CaptureRow {
  readonly paymentId: string
  readonly orderId: string
  readonly status: 'initiated' | 'pending' | 'captured' | 'declined'
  readonly amount: number
  readonly currency: string
  /** What the provider calls the charge. */
  readonly reference: string | null
  /** Refunds that are made or on their way. */
  readonly refunded: number
}

/** A refund as the channel knows it. */
export interface RefundRow {
  readonly refundId: string
  readonly paymentId: string
  readonly orderId: string
  readonly status: 'pending' | 'refunded' | 'declined'
  readonly amount: number
  readonly currency: string
  readonly reference: string | null
}

export interface NotificationRow {
  /** `<template>:<order id>`, `payment_refunded:<refund id>`, or `return_…:<return id>`. */
  readonly cause: string
  readonly notificationId: string
  readonly orderId: string
  readonly status: 'pending' | 'sent' | 'failed'
}

/** A line of the provider's statement: a charge or refund that moved money. */
export interface StatementLine {
  readonly type: 'charge' | 'refund'
  /** The charge's own id; of a refund, that of the charge that it gives back. */
  readonly chargeId: string
  /** The payment's id of a charge, the refund's id of a refund. */
  readonly reference: string
  readonly amount: number
  readonly currency: string
}

/** The runtime's own rows, in all services. */
export interface RuntimeRows {
  /** Ids of events that each service has handled, by consumer group. */
  readonly inbox: ReadonlyMap<string, ReadonlySet<string>>
  readonly outbox: readonly { readonly service: string; readonly id: string; readonly key: string }[]
  readonly timers: readonly { readonly service: string; readonly sagaId: string; readonly name: string }[]
  readonly effects: readonly { readonly service: string; readonly id: string; readonly name: string; readonly sagaId: string }[]
  readonly parked: readonly ParkedRow[]
}

export interface ParkedRow {
  readonly service: string
  readonly status: 'deferred' | 'parked' | 'replayed' | 'discarded'
  readonly reason: string
  readonly detail: string
  /** The saga; null when the message had no key. */
  readonly key: string | null
  readonly eventId: string | null
  readonly eventType: string | null
  /** `topic/partition/offset`; null for timers and conclusions. */
  readonly place: string | null
}
