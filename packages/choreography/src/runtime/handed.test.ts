import { describe, expect, it } from 'vitest'
import type { LogMessage } from '../ports.ts'
import { handed } from './handed.ts'

const message = (
  id: string,
  { partition = 0, body = id, key = 'one' }: { partition?: number; body?: string; key?: string } = {},
): LogMessage => ({
  topic: 'order.events',
  partition,
  offset: '',
  key,
  value: Buffer.from(body),
  headers: {},
  type: 'OrderPlaced',
  id,
  timestamp: 0,
})
const ready = (own: readonly number[] = [0, 1]) => {
  const past = handed()
  past.reassigned({ alone: true, owns: (_topic, partition) => own.includes(partition) })
  for (const partition of own) past.caughtUp('order.events', partition)
  return past
}
const begin = (past: ReturnType<typeof handed>, ...messages: LogMessage[]) => {
  const accepted = past.acceptable(messages, true)
  past.begun(accepted)
  return accepted.map(({ id }) => id)
}

// fault: handed over
describe('what is handed over past the log', () => {
  it('is passed over when the log brings it, once, and only when it is committed', () => {
    const past = ready()
    const [one, two] = [message('1'), message('2')]
    expect(begin(past, one, two)).toEqual(['1', '2'])
    past.done([one])
    expect([past.seen(one), past.seen(two)]).toEqual(['done', 'under way'])
    expect([past.seen(one), past.seen(two)]).toEqual(['new', 'new'])
  })

  it('is accepted only of own partitions, and of those only when the log has brought what others may have written', () => {
    const past = handed()
    past.reassigned({ alone: true, owns: (_topic, partition) => partition === 0 })
    expect(begin(past, message('1'))).toEqual([])
    past.caughtUp('order.events', 0)
    expect(begin(past, message('2', { partition: 1 }))).toEqual([])
    // The first one has to be seen before the key's next may be handed over.
    expect(begin(past, message('3'))).toEqual([])
    expect(past.waits()).toBe(true)
    expect([past.seen(message('1')), past.seen(message('3'))]).toEqual(['new', 'new'])
    expect(begin(past, message('4'))).toEqual(['4'])
  })

  it('waits behind what goes through the log alone, under its key', () => {
    const past = ready()
    expect(past.acceptable([message('1')], false)).toEqual([])
    expect(begin(past, message('2'), message('3', { key: 'other' }))).toEqual(['3'])
    expect(past.seen(message('1'))).toBe('new')
    expect(past.waits()).toBe(true)
    expect(past.seen(message('2'))).toBe('new')
    expect(past.waits()).toBe(false)
  })

  it('is another message when its body is: the inbox has to see it', () => {
    const past = ready()
    begin(past, message('1'))
    expect(past.seen(message('1', { body: 'forged' }))).toBe('new')
    expect(past.seen(message('1'))).toBe('under way')
  })

  it('counts no more when the partitions move: all comes through the log again', () => {
    const past = ready()
    const one = message('1')
    begin(past, one)
    past.done([one])
    past.reassigned({ alone: true, owns: () => true })
    expect(past.seen(one)).toBe('new')
    expect(begin(past, message('2'))).toEqual([])
  })

  it('stops when another instance may have written, until the log has brought that', () => {
    const past = ready()
    past.unsettle('order.events')
    expect(begin(past, message('1'))).toEqual([])
    past.seen(message('1'))
    expect(begin(past, message('2'))).toEqual([])
    past.seen(message('2'))
    past.caughtUp('order.events', 0)
    expect(begin(past, message('3'))).toEqual(['3'])
  })

  it('takes bounded memory: too many that the log does not bring come through it', () => {
    const past = ready()
    for (let at = 0; at < 10_000; at++) begin(past, message(String(at)))
    expect(begin(past, message('one more'))).toEqual([])
  })
})
