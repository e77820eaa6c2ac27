import { edgeName } from '@murmuration/choreography/edge'
import { type Span, type Story, storyOf } from '@murmuration/cli'
import { expect, it } from 'vitest'
import { check, edgesOfMessages, edgesOfStories } from '../src/index.ts'
import { shop } from './evidence.ts'

const span = (traceId: string, spanId: string, rest: Partial<Span>): Span => ({
  traceId,
  spanId,
  parentSpanId: null,
  service: 'gateway',
  name: 'POST /orders',
  kind: 'SERVER',
  startMs: 0,
  durationMs: 1,
  links: [],
  attributes: { 'saga.id': 'sold' },
  ...rest,
})
const about = (type: string, operation: 'process' | 'send') => ({
  'saga.id': 'sold',
  'cloudevents.event_type': type,
  'messaging.operation.type': operation,
})

// gateway → order's request, which sends OrderPlaced; inventory handles it and sends StockReserved; later its timer fires.
const request = span('a', '1', {})
const placed = span('a', '2', { parentSpanId: '1', service: 'order', kind: 'CLIENT', attributes: about('OrderPlaced', 'send') })
const reserve = span('b', '3', {
  service: 'inventory',
  kind: 'CONSUMER',
  name: 'process order.events',
  attributes: about('OrderPlaced', 'process'),
  links: [{ traceId: 'a', spanId: '2' }],
})
const decided = span('b', '4', { parentSpanId: '3', service: 'inventory', kind: 'INTERNAL', name: 'inventory.reserve' })
const reserved = span('b', '5', { parentSpanId: '4', service: 'inventory', kind: 'CLIENT', attributes: about('StockReserved', 'send') })
const timer = span('c', '6', {
  service: 'inventory',
  kind: 'INTERNAL',
  name: 'timer reservation-expires',
  links: [{ traceId: 'b', spanId: '3' }],
})
const expired = span('c', '7', { parentSpanId: '6', service: 'inventory', attributes: about('StockReservationExpired', 'send') })
const told = (spans: readonly Span[]): Story =>
  storyOf(
    'sold',
    Map.groupBy(spans, ({ traceId }) => traceId),
  )
const story = [request, placed, reserve, decided, reserved, timer, expired]

it('reads edges off spans: from what was sent up to the message, the timer or the request', () => {
  expect(edgesOfStories([told(story)]).map(edgeName)).toEqual([
    'command ? → order → OrderPlaced',
    'event OrderPlaced → inventory → StockReserved',
    'timer reservation-expires → inventory → StockReservationExpired',
  ])
})

it('reads edges off messages: each says what made it', () => {
  const { events, injected } = shop()
  expect(edgesOfMessages(events, injected).map(edgeName)).toEqual(
    expect.arrayContaining(['command PlaceOrder → order → OrderPlaced', 'event ChannelCaptured → payment → PaymentCaptured']),
  )
})

it('finds nothing wrong with a story that hangs together', () => {
  expect(check({ ...shop(), stories: [told(story)] })).toEqual([])
})

it('finds a span whose parent is missing, and a trace that no link joins: orphan_span', () => {
  const spans = story.filter((each) => each !== decided).map((each) => (each === timer ? { ...timer, links: [] } : each))
  expect(check({ ...shop(), stories: [told(spans)] }).map(({ name, detail }) => `${name} ${detail}`)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^orphan_span .*its parent 4 is missing/),
      expect.stringMatching(/^orphan_span timer reservation-expires .*no link joins/),
    ]),
  )
})

it('finds a traced reaction that nobody declares, and names it: undeclared_edge', () => {
  const drifted: Span = { ...reserved, attributes: about('OrderConfirmed', 'send') }
  expect(check({ ...shop(), stories: [told(story.map((each) => (each === reserved ? drifted : each)))] })).toContainEqual(
    expect.objectContaining({ name: 'undeclared_edge', detail: expect.stringContaining('event OrderPlaced → inventory → OrderConfirmed') }),
  )
})
