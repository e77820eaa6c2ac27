// Generated from schemas/ by `npm run gen`. Do not edit.
import { describe } from '../descriptor.ts'
import type { EventKind, EventType } from '../event.ts'
import * as validators from './validators.js'

/** ISO 3166-1 alpha-2 code. */
export type Country = string

/** ISO 4217 code. */
export type Currency = 'EUR' | 'USD' | 'GBP'

/** A UUID in lower case (ours are version 7). Lower case only: the same id must be the same message key. */
export type Id = string

/** How the customer is told. */
export type NotificationMedium = 'email' | 'log'

/** What the customer is told. */
export type NotificationTemplate =
  'order_confirmed' | 'order_cancelled' | 'payment_refunded' | 'order_failed' | 'return_approved' | 'return_rejected'

/** How it is paid. `decline` is the provider simulator's always-declined method. */
export type PaymentMethod = 'credit_card' | 'debit_card' | 'paypal' | 'alipay' | 'wechat' | 'decline'

/** Where the money comes from: a payment provider (channel) or the customer's account (wallet). */
export type PaymentSource = 'channel' | 'wallet'

/** Verdict on a score; `high` blocks. */
export type RiskLevel = 'low' | 'medium' | 'high'

/** Stock keeping unit: what the catalogue and the warehouse call a product. */
export type Sku = string

/** A moment in UTC, ISO 8601, ending in Z. */
export type Time = string

/** State of a user. */
export type UserStatus = 'active' | 'suspended' | 'deleted'

/** Code of a warehouse. */
export type Warehouse = string

/** A postal address. */
export interface Address {
  /** Who receives it. */
  readonly name: string
  /** Street and number. */
  readonly line1: string
  /** More of the address, when there is any. */
  readonly line2?: string
  /** City. */
  readonly city: string
  /** Postal code as it is written in that country. */
  readonly postalCode: string
  /** ISO 3166-1 alpha-2 code. */
  readonly country: Country
}

/** An exact amount in minor units (cents, pence) with its currency. */
export interface Money {
  /** Minor units. */
  readonly amount: number
  /** ISO 4217 code. */
  readonly currency: Currency
}

/** One line of an order, priced from the catalogue when it was placed. */
export interface OrderItem {
  /** The product. */
  readonly productId: Id
  /** Its stock keeping unit. */
  readonly sku: Sku
  /** Its name when the order was placed. */
  readonly name: string
  /** Price of one. */
  readonly unitPrice: Money
  /** How many. */
  readonly quantity: number
  /** unitPrice × quantity. */
  readonly subtotal: Money
}

/** How the customer wants to pay. */
export interface OrderPayment {
  readonly method: PaymentMethod
  readonly source: PaymentSource
}

/** Pieces of one product of an order that come back. */
export interface ReturnLine {
  /** The product. */
  readonly productId: Id
  /** Its stock keeping unit. */
  readonly sku: Sku
  /** How many. */
  readonly quantity: number
}

/** A sku of which there is too little. */
export interface Shortage {
  /** What is short. */
  readonly sku: Sku
  /** How many the order wants. */
  readonly requested: number
  /** How many are free. */
  readonly available: number
}

/** A quantity of one sku in one warehouse. */
export interface StockLine {
  /** What. */
  readonly sku: Sku
  /** Where. */
  readonly warehouse: Warehouse
  /** How many. */
  readonly quantity: number
}

/** The provider charged the payment. */
export interface ChannelCapturedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** What was charged. */
  readonly amount: Money
  readonly method: PaymentMethod
  /** The provider's name for the charge. */
  readonly providerReference: string
  /** When the provider charged it. */
  readonly capturedAt: Time
}

/** The provider refused to charge the payment; nothing was charged. */
export interface ChannelDeclinedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** What was to be charged. */
  readonly amount: Money
  readonly method: PaymentMethod
  /** The provider's reason, as a slug. */
  readonly code: string
  /** The provider's reason in words. */
  readonly message: string
}

/** The provider refused a refund; nothing was refunded. */
export interface ChannelRefundDeclinedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The refund. */
  readonly refundId: Id
  /** What was to be refunded. */
  readonly amount: Money
  /** The provider's reason, as a slug. */
  readonly code: string
  /** The provider's reason in words. */
  readonly message: string
}

/** The provider refunded a charge, wholly or in part. */
export interface ChannelRefundedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The refund. */
  readonly refundId: Id
  /** What was refunded. */
  readonly amount: Money
  /** The provider's name for the charge. */
  readonly providerReference: string
  /** The provider's name for the refund. */
  readonly refundReference: string
}

/** The held stock left the warehouse for the paid order. */
export interface StockCommittedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** What left. */
  readonly lines: readonly StockLine[]
}

/** Somebody changed the stock of a sku, apart from any order. */
export interface StockLevelChangedData {
  /** The sku; this is the saga. */
  readonly sku: Sku
  /** Where. */
  readonly warehouse: Warehouse
  /** Free from now on. */
  readonly available: number
  /** Held from now on. */
  readonly reserved: number
  /** available + reserved. */
  readonly total: number
  /** What was done. */
  readonly cause: 'restock' | 'deduct'
}

/** There is too little of at least one sku; nothing is held. */
export interface StockRejectedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** What is short. */
  readonly shortages: readonly Shortage[]
}

/** The held stock is free again; undoes StockReserved. */
export interface StockReleasedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** What is free again. */
  readonly lines: readonly StockLine[]
  /** Why. */
  readonly cause: 'payment_failed' | 'order_cancelled'
}

/** The reservation was not committed in time; the stock is free again. */
export interface StockReservationExpiredData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** What is free again. */
  readonly lines: readonly StockLine[]
}

/** All lines of the order are held, until the reservation expires. */
export interface StockReservedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** What is held, and where. */
  readonly lines: readonly StockLine[]
  /** When the reservation expires by itself. */
  readonly expiresAt: Time
}

/** Committed stock came back; undoes StockCommitted. */
export interface StockRestockedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** What came back. */
  readonly lines: readonly StockLine[]
}

/** Sold pieces came back with a return; undoes StockCommitted for them. */
export interface StockReturnedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The return. */
  readonly returnId: Id
  /** What came back. */
  readonly lines: readonly StockLine[]
}

/** An administrator opened a warehouse, or gave it another priority. */
export interface WarehouseChangedData {
  /** Its code; this is the saga. */
  readonly warehouse: Warehouse
  /** Orders are served from the lowest number first. */
  readonly priority: number
}

/** The customer could not be told. */
export interface NotificationFailedV1Data {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The notification. */
  readonly notificationId: Id
  /** Who is told. */
  readonly userId: Id
  /** What the customer is told. */
  readonly template: 'order_confirmed' | 'order_cancelled' | 'payment_refunded' | 'order_failed'
  readonly medium: NotificationMedium
  /** What the mail server said. */
  readonly detail: string
}

/** The customer could not be told. */
export interface NotificationFailedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The notification. */
  readonly notificationId: Id
  /** Who is told. */
  readonly userId: Id
  readonly template: NotificationTemplate
  readonly medium: NotificationMedium
  /** What the mail server said. */
  readonly detail: string
}

/** The customer was told. */
export interface NotificationSentV1Data {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The notification. */
  readonly notificationId: Id
  /** Who is told. */
  readonly userId: Id
  /** What the customer is told. */
  readonly template: 'order_confirmed' | 'order_cancelled' | 'payment_refunded' | 'order_failed'
  readonly medium: NotificationMedium
}

/** The customer was told. */
export interface NotificationSentData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The notification. */
  readonly notificationId: Id
  /** Who is told. */
  readonly userId: Id
  readonly template: NotificationTemplate
  readonly medium: NotificationMedium
}

/** The order ended for a business reason; what was done for it is undone. */
export interface OrderCancelledData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The customer. */
  readonly userId: Id
  /** The order's total. */
  readonly total: Money
  /** Why. */
  readonly reason: 'out_of_stock' | 'payment_failed' | 'expired' | 'by_customer'
  /** State until now. */
  readonly from: 'pending' | 'paid'
  /** When the order became cancelled. */
  readonly cancelledAt: Time
}

/** The order is paid and its stock is committed; paid → confirmed, the saga ends well. */
export interface OrderConfirmedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The customer. */
  readonly userId: Id
  /** The order's total. */
  readonly total: Money
  /** When the order became confirmed. */
  readonly confirmedAt: Time
}

/** An operator gave the order up after something was parked. */
export interface OrderFailedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The customer. */
  readonly userId: Id
  /** What the operator said. */
  readonly reason: string
  /** When it was given up. */
  readonly failedAt: Time
}

/** The order's payment was captured; pending → paid. */
export interface OrderPaidData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The customer. */
  readonly userId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The order's total. */
  readonly total: Money
  /** When the order became paid. */
  readonly paidAt: Time
}

/** A customer placed an order; the saga begins. */
export interface OrderPlacedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The customer. */
  readonly userId: Id
  /** What is ordered. */
  readonly items: readonly OrderItem[]
  /** Sum of the subtotals. */
  readonly total: Money
  readonly payment: OrderPayment
  /** Where it is sent to. */
  readonly shippingAddress: Address
  /** When it was placed. */
  readonly placedAt: Time
}

/** A return is agreed to: its money goes back, its goods come back. */
export interface ReturnApprovedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The return. */
  readonly returnId: Id
  /** The customer. */
  readonly userId: Id
  /** The payment that is refunded. */
  readonly paymentId: Id
  /** What comes back: one line a product. */
  readonly lines: readonly ReturnLine[]
  /** What was paid for it; less goes back when less is left of the payment. */
  readonly amount: Money
  /** Who agreed: a person, or the rule for small amounts. */
  readonly by: 'administrator' | 'rule'
  /** The administrator. */
  readonly approvedBy?: Id
  /** When it was agreed to. */
  readonly approvedAt: Time
}

/** All of a return is done: the money is back, and so are the goods. */
export interface ReturnCompletedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The return. */
  readonly returnId: Id
  /** The customer. */
  readonly userId: Id
  /** What went back to the customer for it. */
  readonly refunded: Money
  /** When the last of both was done. */
  readonly completedAt: Time
}

/** An administrator refused a return; nothing goes back. */
export interface ReturnRejectedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The return. */
  readonly returnId: Id
  /** The customer. */
  readonly userId: Id
  /** Why, for the customer. */
  readonly reason: string
  /** The administrator. */
  readonly rejectedBy: Id
  /** When it was refused. */
  readonly rejectedAt: Time
}

/** The customer wants to give back what a confirmed order has brought, wholly or in part. */
export interface ReturnRequestedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The return. */
  readonly returnId: Id
  /** The customer. */
  readonly userId: Id
  /** What comes back: one line a product. */
  readonly lines: readonly ReturnLine[]
  /** What was paid for it. */
  readonly amount: Money
  /** Why, in the customer's words. */
  readonly reason: string
  /** When it was asked for. */
  readonly requestedAt: Time
}

/** The payment may be charged. */
export interface PaymentAuthorizedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The customer. */
  readonly userId: Id
  /** The payment's amount. */
  readonly amount: Money
  readonly method: PaymentMethod
  readonly source: PaymentSource
  /** True when risk was silent and the amount was low enough to go on without it. */
  readonly degraded: boolean
}

/** The money was charged; the payment is a success. */
export interface PaymentCapturedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The customer. */
  readonly userId: Id
  /** The payment's amount. */
  readonly amount: Money
  /** The provider's name for the charge. */
  readonly providerReference: string
  /** When the provider charged it. */
  readonly capturedAt: Time
}

/** The payment ended without a charge. */
export interface PaymentFailedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The customer. */
  readonly userId: Id
  /** The payment's amount. */
  readonly amount: Money
  /** Why. */
  readonly reason: 'declined' | 'risk_rejected' | 'risk_timeout' | 'order_cancelled'
  /** More about it, such as the provider's message. */
  readonly detail?: string
}

/** The order's stock is reserved, its payment begins; pending → processing once risk has cleared it. */
export interface PaymentInitiatedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The customer. */
  readonly userId: Id
  /** The payment's amount. */
  readonly amount: Money
  readonly method: PaymentMethod
  readonly source: PaymentSource
  /** Where the order is sent to. */
  readonly country: Country
}

/** The provider refused the refund each time it was asked; a person has to look. The payment stays as it was. */
export interface PaymentRefundFailedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The refund. */
  readonly refundId: Id
  /** The customer. */
  readonly userId: Id
  /** What is refunded. */
  readonly amount: Money
  /** The provider's code and message. */
  readonly detail: string
}

/** A captured payment is to be refunded, wholly or in part. */
export interface PaymentRefundRequestedV1Data {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The refund. */
  readonly refundId: Id
  /** The customer. */
  readonly userId: Id
  /** What is refunded. */
  readonly amount: Money
  readonly method: PaymentMethod
  /** The provider's name for the charge. */
  readonly providerReference: string
  /** Why. */
  readonly cause: 'order_cancelled' | 'by_customer'
}

/** A captured payment is to be refunded, wholly or in part. */
export interface PaymentRefundRequestedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The refund. */
  readonly refundId: Id
  /** The customer. */
  readonly userId: Id
  /** What is refunded. */
  readonly amount: Money
  readonly method: PaymentMethod
  /** The provider's name for the charge. */
  readonly providerReference: string
  /** Why; by_customer only in older ones: since then a customer asks for a return. */
  readonly cause: 'order_cancelled' | 'by_customer' | 'by_admin' | 'return'
  /** From 1: how often it was asked for since a person did. */
  readonly attempt: number
  /** The declined refund that this one tries again. */
  readonly retryOf?: Id
  /** The return that it is for. */
  readonly returnId?: Id
  /** The administrator who asked for it. */
  readonly requestedBy?: Id
}

/** Money went back to the customer. */
export interface PaymentRefundedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The refund. */
  readonly refundId: Id
  /** The customer. */
  readonly userId: Id
  /** What is refunded. */
  readonly amount: Money
  /** All that was refunded of this payment, this refund included. */
  readonly refundedTotal: Money
  /** True when nothing of the captured amount is left. */
  readonly full: boolean
  /** When it was refunded. */
  readonly refundedAt: Time
}

/** A return is agreed to, but all that was captured has gone back before, or is about to. */
export interface ReturnAlreadyRefundedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The return. */
  readonly returnId: Id
  /** The customer. */
  readonly userId: Id
}

/** A product came into the catalogue. */
export interface ProductCreatedData {
  /** The product; this is the saga. */
  readonly productId: Id
  /** Its stock keeping unit. */
  readonly sku: Sku
  /** Its name. */
  readonly name: string
  /** Where it stands in the catalogue. */
  readonly category: string
  /** Price of one. */
  readonly price: Money
  /** State of the product. */
  readonly status: 'active'
}

/** A product costs something else from now on; placed orders keep their price. */
export interface ProductPriceChangedData {
  /** The product; this is the saga. */
  readonly productId: Id
  /** Its stock keeping unit. */
  readonly sku: Sku
  /** Price from now on. */
  readonly price: Money
  /** Price until now. */
  readonly previous: Money
}

/** The product service told once more how a product is, for those who keep projections of it and may have missed something. Nothing about the product changed. */
export interface ProductRestatedData {
  /** The product; this is the saga. */
  readonly productId: Id
  /** Its stock keeping unit. */
  readonly sku: Sku
  /** Its name. */
  readonly name: string
  /** Where it stands in the catalogue. */
  readonly category: string
  /** Price of one. */
  readonly price: Money
  /** State of the product. */
  readonly status: 'active' | 'retired'
}

/** A product can no longer be ordered. */
export interface ProductRetiredData {
  /** The product; this is the saga. */
  readonly productId: Id
  /** Its stock keeping unit. */
  readonly sku: Sku
}

/** The payment may go on. */
export interface PaymentRiskClearedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The customer. */
  readonly userId: Id
  /** 0 (harmless) to 100. */
  readonly score: number
  readonly level: RiskLevel
  /** Which rules spoke. */
  readonly reasons: readonly string[]
}

/** The payment is too risky. */
export interface PaymentRiskRejectedData {
  /** The order; this is the saga. */
  readonly orderId: Id
  /** The payment. */
  readonly paymentId: Id
  /** The customer. */
  readonly userId: Id
  /** 0 (harmless) to 100. */
  readonly score: number
  readonly level: RiskLevel
  /** Which rules spoke. */
  readonly reasons: readonly string[]
}

/** Somebody registered. */
export interface UserRegisteredData {
  /** The new user; this is the saga. */
  readonly userId: Id
  /** Where the user is written to, in lower case. */
  readonly email: string
  /** Unique name. */
  readonly username: string
  /** As the user writes it. */
  readonly fullName: string
}

/** The user service told once more who a user is, for those who keep projections of it and may have missed something. Nothing about the user changed. */
export interface UserRestatedData {
  /** The user; this is the saga. */
  readonly userId: Id
  /** Where the user is written to, in lower case. */
  readonly email: string
  /** Unique name. */
  readonly username: string
  /** As the user writes it. */
  readonly fullName: string
}

/** An administrator suspended, reactivated or deleted a user. */
export interface UserStatusChangedData {
  /** The user; this is the saga. */
  readonly userId: Id
  /** State from now on. */
  readonly status: UserStatus
  /** State until now. */
  readonly previous: UserStatus
}

/** The provider charged the payment. */
export const ChannelCaptured: EventType<'ChannelCaptured', ChannelCapturedData> = describe(
  { type: 'ChannelCaptured', version: 1, topic: 'channel.events', source: 'channel', sagaField: 'orderId' },
  validators.ChannelCaptured_v1,
)

/** The provider refused to charge the payment; nothing was charged. */
export const ChannelDeclined: EventType<'ChannelDeclined', ChannelDeclinedData> = describe(
  { type: 'ChannelDeclined', version: 1, topic: 'channel.events', source: 'channel', sagaField: 'orderId' },
  validators.ChannelDeclined_v1,
)

/** The provider refused a refund; nothing was refunded. */
export const ChannelRefundDeclined: EventType<'ChannelRefundDeclined', ChannelRefundDeclinedData> = describe(
  { type: 'ChannelRefundDeclined', version: 1, topic: 'channel.events', source: 'channel', sagaField: 'orderId' },
  validators.ChannelRefundDeclined_v1,
)

/** The provider refunded a charge, wholly or in part. */
export const ChannelRefunded: EventType<'ChannelRefunded', ChannelRefundedData> = describe(
  { type: 'ChannelRefunded', version: 1, topic: 'channel.events', source: 'channel', sagaField: 'orderId' },
  validators.ChannelRefunded_v1,
)

/** The held stock left the warehouse for the paid order. */
export const StockCommitted: EventType<'StockCommitted', StockCommittedData> = describe(
  { type: 'StockCommitted', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'orderId' },
  validators.StockCommitted_v1,
)

/** Somebody changed the stock of a sku, apart from any order. */
export const StockLevelChanged: EventType<'StockLevelChanged', StockLevelChangedData> = describe(
  { type: 'StockLevelChanged', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'sku', unconsumed: 'A record of manual stock changes; no other service keeps stock.' },
  validators.StockLevelChanged_v1,
)

/** There is too little of at least one sku; nothing is held. */
export const StockRejected: EventType<'StockRejected', StockRejectedData> = describe(
  { type: 'StockRejected', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'orderId' },
  validators.StockRejected_v1,
)

/** The held stock is free again; undoes StockReserved. */
export const StockReleased: EventType<'StockReleased', StockReleasedData> = describe(
  { type: 'StockReleased', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'orderId', unconsumed: 'End of a compensation: the order is cancelled by the cause itself, not by the release.' },
  validators.StockReleased_v1,
)

/** The reservation was not committed in time; the stock is free again. */
export const StockReservationExpired: EventType<'StockReservationExpired', StockReservationExpiredData> = describe(
  { type: 'StockReservationExpired', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'orderId' },
  validators.StockReservationExpired_v1,
)

/** All lines of the order are held, until the reservation expires. */
export const StockReserved: EventType<'StockReserved', StockReservedData> = describe(
  { type: 'StockReserved', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'orderId' },
  validators.StockReserved_v1,
)

/** Committed stock came back; undoes StockCommitted. */
export const StockRestocked: EventType<'StockRestocked', StockRestockedData> = describe(
  { type: 'StockRestocked', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'orderId', unconsumed: 'End of a compensation: nothing waits for stock that came back.' },
  validators.StockRestocked_v1,
)

/** Sold pieces came back with a return; undoes StockCommitted for them. */
export const StockReturned: EventType<'StockReturned', StockReturnedData> = describe(
  { type: 'StockReturned', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'orderId' },
  validators.StockReturned_v1,
)

/** An administrator opened a warehouse, or gave it another priority. */
export const WarehouseChanged: EventType<'WarehouseChanged', WarehouseChangedData> = describe(
  { type: 'WarehouseChanged', version: 1, topic: 'inventory.events', source: 'inventory', sagaField: 'warehouse', unconsumed: 'A record of where orders are served from; no other service keeps stock.' },
  validators.WarehouseChanged_v1,
)

/** The customer could not be told. */
export const NotificationFailed: EventType<'NotificationFailed', NotificationFailedData> = describe(
  { type: 'NotificationFailed', version: 2, topic: 'notification.events', source: 'notification', sagaField: 'orderId', unconsumed: 'Never disturbs a saga; it is shown and counted.' },
  validators.NotificationFailed_v2,
)

/** The customer was told. */
export const NotificationSent: EventType<'NotificationSent', NotificationSentData> = describe(
  { type: 'NotificationSent', version: 2, topic: 'notification.events', source: 'notification', sagaField: 'orderId', unconsumed: 'End of the flow: nothing depends on a customer having been told.' },
  validators.NotificationSent_v2,
)

/** The order ended for a business reason; what was done for it is undone. */
export const OrderCancelled: EventType<'OrderCancelled', OrderCancelledData> = describe(
  { type: 'OrderCancelled', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId' },
  validators.OrderCancelled_v1,
)

/** The order is paid and its stock is committed; paid → confirmed, the saga ends well. */
export const OrderConfirmed: EventType<'OrderConfirmed', OrderConfirmedData> = describe(
  { type: 'OrderConfirmed', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId' },
  validators.OrderConfirmed_v1,
)

/** An operator gave the order up after something was parked. */
export const OrderFailed: EventType<'OrderFailed', OrderFailedData> = describe(
  { type: 'OrderFailed', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId' },
  validators.OrderFailed_v1,
)

/** The order's payment was captured; pending → paid. */
export const OrderPaid: EventType<'OrderPaid', OrderPaidData> = describe(
  { type: 'OrderPaid', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId', unconsumed: 'Tells customers who watch the order that it is paid; every service learns of the money from PaymentCaptured.' },
  validators.OrderPaid_v1,
)

/** A customer placed an order; the saga begins. */
export const OrderPlaced: EventType<'OrderPlaced', OrderPlacedData> = describe(
  { type: 'OrderPlaced', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId' },
  validators.OrderPlaced_v1,
)

/** A return is agreed to: its money goes back, its goods come back. */
export const ReturnApproved: EventType<'ReturnApproved', ReturnApprovedData> = describe(
  { type: 'ReturnApproved', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId' },
  validators.ReturnApproved_v1,
)

/** All of a return is done: the money is back, and so are the goods. */
export const ReturnCompleted: EventType<'ReturnCompleted', ReturnCompletedData> = describe(
  { type: 'ReturnCompleted', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId', unconsumed: 'End of a return: the refund and the stock that it waited for have told of themselves.' },
  validators.ReturnCompleted_v1,
)

/** An administrator refused a return; nothing goes back. */
export const ReturnRejected: EventType<'ReturnRejected', ReturnRejectedData> = describe(
  { type: 'ReturnRejected', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId' },
  validators.ReturnRejected_v1,
)

/** The customer wants to give back what a confirmed order has brought, wholly or in part. */
export const ReturnRequested: EventType<'ReturnRequested', ReturnRequestedData> = describe(
  { type: 'ReturnRequested', version: 1, topic: 'order.events', source: 'order', sagaField: 'orderId', unconsumed: 'A wish that a person or a rule decides on: the approval and the rejection are what others react to.' },
  validators.ReturnRequested_v1,
)

/** The payment may be charged. */
export const PaymentAuthorized: EventType<'PaymentAuthorized', PaymentAuthorizedData> = describe(
  { type: 'PaymentAuthorized', version: 1, topic: 'payment.events', source: 'payment', sagaField: 'orderId' },
  validators.PaymentAuthorized_v1,
)

/** The money was charged; the payment is a success. */
export const PaymentCaptured: EventType<'PaymentCaptured', PaymentCapturedData> = describe(
  { type: 'PaymentCaptured', version: 1, topic: 'payment.events', source: 'payment', sagaField: 'orderId' },
  validators.PaymentCaptured_v1,
)

/** The payment ended without a charge. */
export const PaymentFailed: EventType<'PaymentFailed', PaymentFailedData> = describe(
  { type: 'PaymentFailed', version: 1, topic: 'payment.events', source: 'payment', sagaField: 'orderId' },
  validators.PaymentFailed_v1,
)

/** The order's stock is reserved, its payment begins; pending → processing once risk has cleared it. */
export const PaymentInitiated: EventType<'PaymentInitiated', PaymentInitiatedData> = describe(
  { type: 'PaymentInitiated', version: 1, topic: 'payment.events', source: 'payment', sagaField: 'orderId' },
  validators.PaymentInitiated_v1,
)

/** The provider refused the refund each time it was asked; a person has to look. The payment stays as it was. */
export const PaymentRefundFailed: EventType<'PaymentRefundFailed', PaymentRefundFailedData> = describe(
  { type: 'PaymentRefundFailed', version: 1, topic: 'payment.events', source: 'payment', sagaField: 'orderId' },
  validators.PaymentRefundFailed_v1,
)

/** A captured payment is to be refunded, wholly or in part. */
export const PaymentRefundRequested: EventType<'PaymentRefundRequested', PaymentRefundRequestedData> = describe(
  { type: 'PaymentRefundRequested', version: 2, topic: 'payment.events', source: 'payment', sagaField: 'orderId' },
  validators.PaymentRefundRequested_v2,
)

/** Money went back to the customer. */
export const PaymentRefunded: EventType<'PaymentRefunded', PaymentRefundedData> = describe(
  { type: 'PaymentRefunded', version: 1, topic: 'payment.events', source: 'payment', sagaField: 'orderId' },
  validators.PaymentRefunded_v1,
)

/** A return is agreed to, but all that was captured has gone back before, or is about to. */
export const ReturnAlreadyRefunded: EventType<'ReturnAlreadyRefunded', ReturnAlreadyRefundedData> = describe(
  { type: 'ReturnAlreadyRefunded', version: 1, topic: 'payment.events', source: 'payment', sagaField: 'orderId' },
  validators.ReturnAlreadyRefunded_v1,
)

/** A product came into the catalogue. */
export const ProductCreated: EventType<'ProductCreated', ProductCreatedData> = describe(
  { type: 'ProductCreated', version: 1, topic: 'product.events', source: 'product', sagaField: 'productId' },
  validators.ProductCreated_v1,
)

/** A product costs something else from now on; placed orders keep their price. */
export const ProductPriceChanged: EventType<'ProductPriceChanged', ProductPriceChangedData> = describe(
  { type: 'ProductPriceChanged', version: 1, topic: 'product.events', source: 'product', sagaField: 'productId' },
  validators.ProductPriceChanged_v1,
)

/** The product service told once more how a product is, for those who keep projections of it and may have missed something. Nothing about the product changed. */
export const ProductRestated: EventType<'ProductRestated', ProductRestatedData> = describe(
  { type: 'ProductRestated', version: 1, topic: 'product.events', source: 'product', sagaField: 'productId' },
  validators.ProductRestated_v1,
)

/** A product can no longer be ordered. */
export const ProductRetired: EventType<'ProductRetired', ProductRetiredData> = describe(
  { type: 'ProductRetired', version: 1, topic: 'product.events', source: 'product', sagaField: 'productId' },
  validators.ProductRetired_v1,
)

/** The payment may go on. */
export const PaymentRiskCleared: EventType<'PaymentRiskCleared', PaymentRiskClearedData> = describe(
  { type: 'PaymentRiskCleared', version: 1, topic: 'risk.events', source: 'risk', sagaField: 'orderId' },
  validators.PaymentRiskCleared_v1,
)

/** The payment is too risky. */
export const PaymentRiskRejected: EventType<'PaymentRiskRejected', PaymentRiskRejectedData> = describe(
  { type: 'PaymentRiskRejected', version: 1, topic: 'risk.events', source: 'risk', sagaField: 'orderId' },
  validators.PaymentRiskRejected_v1,
)

/** Somebody registered. */
export const UserRegistered: EventType<'UserRegistered', UserRegisteredData> = describe(
  { type: 'UserRegistered', version: 1, topic: 'user.events', source: 'user', sagaField: 'userId' },
  validators.UserRegistered_v1,
)

/** The user service told once more who a user is, for those who keep projections of it and may have missed something. Nothing about the user changed. */
export const UserRestated: EventType<'UserRestated', UserRestatedData> = describe(
  { type: 'UserRestated', version: 1, topic: 'user.events', source: 'user', sagaField: 'userId' },
  validators.UserRestated_v1,
)

/** An administrator suspended, reactivated or deleted a user. */
export const UserStatusChanged: EventType<'UserStatusChanged', UserStatusChangedData> = describe(
  { type: 'UserStatusChanged', version: 1, topic: 'user.events', source: 'user', sagaField: 'userId', unconsumed: 'A suspended user is refused where tokens are issued and refreshed, and at the gateway, which asks for the list (ADR 10): no other service keeps a user\'s status.' },
  validators.UserStatusChanged_v1,
)

/** All kinds of events. */
export const events: readonly EventKind[] = [
  ChannelCaptured,
  ChannelDeclined,
  ChannelRefundDeclined,
  ChannelRefunded,
  StockCommitted,
  StockLevelChanged,
  StockRejected,
  StockReleased,
  StockReservationExpired,
  StockReserved,
  StockRestocked,
  StockReturned,
  WarehouseChanged,
  NotificationFailed,
  NotificationSent,
  OrderCancelled,
  OrderConfirmed,
  OrderFailed,
  OrderPaid,
  OrderPlaced,
  ReturnApproved,
  ReturnCompleted,
  ReturnRejected,
  ReturnRequested,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentFailed,
  PaymentInitiated,
  PaymentRefundFailed,
  PaymentRefundRequested,
  PaymentRefunded,
  ReturnAlreadyRefunded,
  ProductCreated,
  ProductPriceChanged,
  ProductRestated,
  ProductRetired,
  PaymentRiskCleared,
  PaymentRiskRejected,
  UserRegistered,
  UserRestated,
  UserStatusChanged,
]

/** The kind of event that a message's `ce_type` names. */
export const eventByType: ReadonlyMap<string, EventKind> = new Map(events.map((event) => [event.type, event]))
