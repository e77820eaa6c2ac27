import {
  ChannelCaptured,
  type EventKind,
  OrderCancelled,
  OrderPaid,
  OrderPlaced,
  PaymentAuthorized,
  StockReserved,
} from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { sagaMap } from './map.ts'
import { after, command, effect, on, perform } from './reaction.ts'
import { type ServiceDefinition, service } from './service.ts'

const rows = { reads: () => ({}), decide: () => ({}) }
const place = command<{ id: string }>()('PlaceOrder', { emits: [OrderPlaced], saga: ({ id }) => id, ...rows })
const reserve = on(OrderPlaced, { emits: [StockReserved], arms: ['expires'], ...rows })
const expires = after('expires', { emits: [OrderCancelled], undoes: [StockReserved], ...rows })
const capture = perform(PaymentAuthorized, {
  emits: [ChannelCaptured],
  effect: effect<object, object>('capture'),
  reads: () => ({}),
  intend: () => ({ request: {} }),
  concludeReads: () => ({}),
  conclude: () => ({}),
})
const part = (name: string, rest: Partial<ServiceDefinition>): ServiceDefinition => ({
  name,
  topic: `${name}.events`,
  group: name,
  tables: [],
  reactions: [],
  ...rest,
})
const order = service(part('order', { commands: [place] }))
const inventory = part('inventory', { reactions: [reserve], timers: [expires] })
const channel = service(part('channel', { reactions: [capture] }))
const declared = (event: EventKind): EventKind => ({ ...event, unconsumed: 'nobody needs it' })

const problemsOf = (definitions: ServiceDefinition[], events: readonly EventKind[]) =>
  sagaMap(definitions, events).problems.map(({ code, name }) => `${code} ${name}`)

describe('the saga map', () => {
  const events = [OrderPlaced, declared(StockReserved), declared(OrderCancelled)]

  it('leads from what triggers a reaction to what it emits', () => {
    expect(sagaMap([order, inventory], events).edges).toEqual([
      { from: { kind: 'event', name: 'OrderPlaced' }, service: 'inventory', reaction: 'on', to: 'StockReserved' },
      {
        from: { kind: 'timer', name: 'expires' },
        service: 'inventory',
        reaction: 'after',
        to: 'OrderCancelled',
        undoes: ['StockReserved'],
      },
      { from: { kind: 'command', name: 'PlaceOrder' }, service: 'order', reaction: 'command', to: 'OrderPlaced' },
    ])
  })

  it('names the side effect between an event and what comes of it', () => {
    const [edge] = sagaMap([channel], [PaymentAuthorized, ChannelCaptured]).edges
    expect(edge).toMatchObject({ reaction: 'perform', effect: 'capture', to: 'ChannelCaptured' })
  })

  it('knows who emits and who reacts to each event', () => {
    expect(sagaMap([order, inventory], events).events).toContainEqual({
      type: 'OrderPlaced',
      topic: 'order.events',
      sagaField: 'orderId',
      producer: 'order',
      consumers: ['inventory'],
    })
  })

  it('has no problem when every event has a producer, and a consumer or a declared reason to have none', () => {
    expect(problemsOf([order, inventory], events)).toEqual([])
  })

  it('does not depend on the order in which services are read', () => {
    expect(sagaMap([inventory, order], events)).toEqual(sagaMap([order, inventory], [...events].reverse()))
  })
})

describe('what is wrong with a map', () => {
  it('finds an event that is waited for and that nobody emits', () => {
    expect(problemsOf([inventory], [OrderPlaced, declared(StockReserved), declared(OrderCancelled)])).toEqual(['no_producer OrderPlaced'])
  })
  it('finds an event that nobody reacts to and that is not declared so', () => {
    expect(problemsOf([order], [OrderPlaced])).toEqual(['no_consumer OrderPlaced'])
  })
  it('finds an event that is declared unconsumed although somebody reacts to it', () => {
    const events = [declared(OrderPlaced), declared(StockReserved), declared(OrderCancelled)]
    expect(problemsOf([order, inventory], events)).toEqual(['needlessly_unconsumed OrderPlaced'])
  })
  it('finds a schema that nothing emits, even when it is declared unconsumed', () => {
    expect(problemsOf([order], [declared(OrderPlaced), declared(OrderPaid)])).toEqual(['never_emitted OrderPaid'])
  })
  it('finds an event without a schema', () => {
    expect(problemsOf([order, inventory], [OrderPlaced, declared(StockReserved)])).toEqual(['no_schema OrderCancelled'])
  })
  it('finds a timer that nothing arms', () => {
    const idle = part('inventory', { reactions: [on(OrderPlaced, { emits: [StockReserved], ...rows })], timers: [expires] })
    expect(problemsOf([order, idle], [OrderPlaced, declared(StockReserved), declared(OrderCancelled)])).toEqual([
      'timer_never_armed expires',
    ])
  })
  it('finds what a deleted subscription leaves behind', () => {
    const deaf = part('inventory', {})
    expect(problemsOf([order, deaf], [OrderPlaced, declared(StockReserved)])).toEqual([
      'never_emitted StockReserved',
      'no_consumer OrderPlaced',
    ])
  })
})
