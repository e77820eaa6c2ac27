import { type NotYet, notYet } from '@murmuration/contracts'

/**
 * An order placed here is known before anybody hears of it, but an injected one comes through the log, and its own OrderPlaced may be
 * overtaken by what others made of it. One that never comes is parked when the waiting is over.
 */
export const unknownYet = (orderId: string): NotYet => notYet(`order ${orderId} is not known here`)
