// Generated from schemas/ by `npm run gen`. Do not edit.
import type { Validator } from '../field-errors.ts'

export declare const ChannelCaptured_v1: Validator
export declare const ChannelDeclined_v1: Validator
export declare const ChannelRefundDeclined_v1: Validator
export declare const ChannelRefunded_v1: Validator
export declare const StockCommitted_v1: Validator
export declare const StockLevelChanged_v1: Validator
export declare const StockRejected_v1: Validator
export declare const StockReleased_v1: Validator
export declare const StockReservationExpired_v1: Validator
export declare const StockReserved_v1: Validator
export declare const StockRestocked_v1: Validator
export declare const WarehouseChanged_v1: Validator
export declare const NotificationFailed_v1: Validator
export declare const NotificationSent_v1: Validator
export declare const OrderCancelled_v1: Validator
export declare const OrderConfirmed_v1: Validator
export declare const OrderFailed_v1: Validator
export declare const OrderPaid_v1: Validator
export declare const OrderPlaced_v1: Validator
export declare const PaymentAuthorized_v1: Validator
export declare const PaymentCaptured_v1: Validator
export declare const PaymentFailed_v1: Validator
export declare const PaymentInitiated_v1: Validator
export declare const PaymentRefundFailed_v1: Validator
export declare const PaymentRefundRequested_v1: Validator
export declare const PaymentRefunded_v1: Validator
export declare const ProductCreated_v1: Validator
export declare const ProductPriceChanged_v1: Validator
export declare const ProductRestated_v1: Validator
export declare const ProductRetired_v1: Validator
export declare const PaymentRiskCleared_v1: Validator
export declare const PaymentRiskRejected_v1: Validator
export declare const UserRegistered_v1: Validator
export declare const UserRestated_v1: Validator
export declare const UserStatusChanged_v1: Validator
