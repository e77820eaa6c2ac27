// Generated from schemas/ by `npm run gen`. Do not edit.
import type { Validator } from '../field-errors.ts'
import * as validators from './validators.js'

/** The validator of every version, by `<Event>.v<N>`. */
export const versions: ReadonlyMap<string, Validator> = new Map<string, Validator>([
  ['ChannelCaptured.v1', validators.ChannelCaptured_v1],
  ['ChannelDeclined.v1', validators.ChannelDeclined_v1],
  ['ChannelRefundDeclined.v1', validators.ChannelRefundDeclined_v1],
  ['ChannelRefunded.v1', validators.ChannelRefunded_v1],
  ['StockCommitted.v1', validators.StockCommitted_v1],
  ['StockLevelChanged.v1', validators.StockLevelChanged_v1],
  ['StockRejected.v1', validators.StockRejected_v1],
  ['StockReleased.v1', validators.StockReleased_v1],
  ['StockReservationExpired.v1', validators.StockReservationExpired_v1],
  ['StockReserved.v1', validators.StockReserved_v1],
  ['StockRestocked.v1', validators.StockRestocked_v1],
  ['NotificationFailed.v1', validators.NotificationFailed_v1],
  ['NotificationSent.v1', validators.NotificationSent_v1],
  ['OrderCancelled.v1', validators.OrderCancelled_v1],
  ['OrderConfirmed.v1', validators.OrderConfirmed_v1],
  ['OrderFailed.v1', validators.OrderFailed_v1],
  ['OrderPaid.v1', validators.OrderPaid_v1],
  ['OrderPlaced.v1', validators.OrderPlaced_v1],
  ['PaymentAuthorized.v1', validators.PaymentAuthorized_v1],
  ['PaymentCaptured.v1', validators.PaymentCaptured_v1],
  ['PaymentFailed.v1', validators.PaymentFailed_v1],
  ['PaymentInitiated.v1', validators.PaymentInitiated_v1],
  ['PaymentRefundFailed.v1', validators.PaymentRefundFailed_v1],
  ['PaymentRefundRequested.v1', validators.PaymentRefundRequested_v1],
  ['PaymentRefunded.v1', validators.PaymentRefunded_v1],
  ['ProductCreated.v1', validators.ProductCreated_v1],
  ['ProductPriceChanged.v1', validators.ProductPriceChanged_v1],
  ['ProductRetired.v1', validators.ProductRetired_v1],
  ['PaymentRiskCleared.v1', validators.PaymentRiskCleared_v1],
  ['PaymentRiskRejected.v1', validators.PaymentRiskRejected_v1],
  ['UserRegistered.v1', validators.UserRegistered_v1],
  ['UserStatusChanged.v1', validators.UserStatusChanged_v1],
])
