import type { PublishedEvent } from '../published-event.ts'
import type { Rule } from './rule.ts'

/** Events of the same topic that each type comes after, where a saga has them. About the same return, refund or notification, if about one. */
const follows: Readonly<Record<string, readonly string[]>> = {
  OrderPaid: ['OrderPlaced'],
  OrderConfirmed: ['OrderPlaced', 'OrderPaid'],
  OrderCancelled: ['OrderPlaced', 'OrderPaid'],
  OrderFailed: ['OrderPlaced', 'OrderPaid'],
  ReturnRequested: ['OrderConfirmed'],
  ReturnApproved: ['ReturnRequested'],
  ReturnRejected: ['ReturnRequested'],
  ReturnCompleted: ['ReturnApproved'],
  StockCommitted: ['StockReserved'],
  StockReleased: ['StockReserved'],
  StockReservationExpired: ['StockReserved'],
  StockRestocked: ['StockReserved', 'StockCommitted'],
  StockReturned: ['StockCommitted'],
  PaymentAuthorized: ['PaymentInitiated'],
  PaymentCaptured: ['PaymentAuthorized'],
  PaymentFailed: ['PaymentInitiated', 'PaymentAuthorized'],
  PaymentRefundRequested: ['PaymentCaptured'],
  PaymentRefunded: ['PaymentCaptured', 'PaymentRefundRequested'],
  PaymentRefundFailed: ['PaymentCaptured', 'PaymentRefundRequested'],
  ReturnAlreadyRefunded: ['PaymentCaptured'],
  ChannelRefunded: ['ChannelCaptured'],
  ChannelRefundDeclined: ['ChannelCaptured'],
  ProductPriceChanged: ['ProductCreated'],
  ProductRetired: ['ProductCreated'],
  ProductRestated: ['ProductCreated'],
  UserStatusChanged: ['UserRegistered'],
  UserRestated: ['UserRegistered'],
}

/** A saga's events of a topic lie in one partition, in the order in which they follow from each other. */
export const sequence: Rule = function* ({ injected }, { sagas }) {
  for (const { sagaId, events } of sagas.values()) {
    const own = events.filter(({ id }) => !injected.has(id))
    const partitions = new Map<string, number>()
    for (const { topic, partition, source } of own) {
      const known = partitions.get(topic) ?? partition
      partitions.set(topic, known)
      if (known !== partition)
        yield {
          name: 'out_of_order',
          detail: `its events lie in partitions ${known} and ${partition} of ${topic}`,
          sagaId,
          service: source,
        }
    }
    for (const event of own)
      for (const earlier of own)
        if (earlier.partition === event.partition && earlier.offset > event.offset && comesBefore(earlier, event))
          yield {
            name: 'out_of_order',
            detail: `${event.type} lies before ${earlier.type} in ${event.topic}`,
            sagaId,
            service: event.source,
          }
  }
}

const comesBefore = (earlier: PublishedEvent, { type, topic, subject }: PublishedEvent): boolean =>
  earlier.topic === topic &&
  follows[type]?.includes(earlier.type) === true &&
  (earlier.subject === undefined || subject === undefined || earlier.subject === subject)
