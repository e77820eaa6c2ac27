import { effect } from '@murmuration/choreography'
import type { CaptureRequest } from './domain/capture.ts'
import type { RefundRequest } from './domain/refund.ts'
import type { Outcome } from './domain/settlement.ts'

/** The calls to a provider; `psp/client.ts` implements them. */
export const capture = effect<CaptureRequest, Outcome>('capture')
export const refund = effect<RefundRequest, Outcome>('refund')
