import type { Upcaster } from '../upcast.ts'
import { notificationsV1 } from './notifications-v1.ts'
import { paymentRefundRequestedV1 } from './payment-refund-requested-v1.ts'

/**
 * Every step from an older version of an event to the next, one file each: `upcasts/order-placed-v1.ts`.
 * The compatibility gate fails when a version that is not the newest has no step.
 */
export const upcasts: readonly Upcaster[] = [paymentRefundRequestedV1, ...notificationsV1]
