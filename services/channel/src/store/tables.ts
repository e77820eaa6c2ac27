import { table } from '@murmuration/choreography'
import type { Capture } from '../domain/capture.ts'
import type { Refund } from '../domain/refund.ts'

export const captures = table<Capture>('captures', { key: 'paymentId' })
export const refunds = table<Refund>('refunds', { key: 'refundId' })
