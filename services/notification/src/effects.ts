import { effect } from '@murmuration/choreography'
import type { Dispatch, Sent } from './domain/notification.ts'

/** Sending something to a customer; `media/post-office.ts` implements it. */
export const send = effect<Dispatch, Sent>('send')
