import { PassThrough } from 'node:stream'
import type pino from 'pino'
import { describe, expect, it } from 'vitest'
import { inScope, redact, redactText, serviceScope } from '../src/index.ts'
import { createLogger, loggerOptions } from '../src/logs.ts'

describe('redaction of a text', () => {
  it.each([
    ['4111111111111111', '************1111'],
    ['card 4111 1111 1111 1111!', 'card ***************1111!'],
    ['x5500-0000-0000-0004y', 'x***************0004y'],
    ['378282246310005', '***********0005'],
    ['Authorization: Bearer abc.def-123456', 'Authorization: Bearer [redacted]'],
    ['postgres://user:pass@host/db', 'postgres://user:[redacted]@host/db'],
    ['{"password":"hunter2","a":1}', '{"password":"[redacted]","a":1}'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc', '[redacted]'],
  ])('masks %s', (text, safe) => {
    expect(redactText(text)).toBe(safe)
  })

  it.each([
    ['a number that fails the check digit', '4111111111111112'],
    ['twelve digits', '411111111111'],
    ['twenty digits', '41111111111111111111'],
    ['an id of digits only', '41111111-1111-1111-1111-111111111111'],
    ['a trace id', '4111111111111111abcdef0123456789'],
    ['a time', '2026-11-21T10:15:40.029Z'],
    ['a word', 'the token was rotated'],
  ])('leaves %s alone', (_title, text) => {
    expect(redactText(text)).toBe(text)
  })
})

describe('redaction of a value', () => {
  it('replaces what is named like a secret, at any depth', () => {
    const value = { user: { passwordHash: 'x', password: 'x', access_token: 'x', 'Set-Cookie': 'x', CVC: 123, tokens: 3, span: 's' } }
    expect(redact(value)).toEqual({
      user: {
        passwordHash: '[redacted]',
        password: '[redacted]',
        access_token: '[redacted]',
        'Set-Cookie': '[redacted]',
        CVC: '[redacted]',
        tokens: 3,
        span: 's',
      },
    })
  })

  it('masks card numbers in lists, numbers and errors, and leaves times in milliseconds alone', () => {
    expect(redact([['4111111111111111'], 4111111111111111, 1763719200000])).toEqual([
      ['************1111'],
      '************1111',
      1763719200000,
    ])
    expect(redact(new TypeError('card 4111111111111111'))).toMatchObject({ type: 'TypeError', message: 'card ************1111' })
  })

  it('ends on cycles, and does not change its input', () => {
    const cyclic: Record<string, unknown> = { password: 'x' }
    cyclic['self'] = cyclic
    expect(JSON.stringify(redact(cyclic))).toContain('[too deep]')
    expect(cyclic['password']).toBe('x')
  })
})

describe('the logger', () => {
  const lineOf = (write: (log: pino.Logger) => void): Record<string, unknown> => {
    const out = new PassThrough()
    inScope(serviceScope('order'), () => write(createLogger(loggerOptions(), out)))
    return JSON.parse(String(out.read()))
  }

  it('writes one JSON line with level, time and service', () => {
    expect(lineOf((log) => log.info({ orderId: 'o1' }, 'placed'))).toMatchObject({
      level: 'info',
      service: 'order',
      orderId: 'o1',
      msg: 'placed',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  it.each([
    ['the message', (log: pino.Logger) => log.info('card 4111111111111111')],
    ['what is formatted into the message', (log: pino.Logger) => log.info('card %s %j', '4111111111111111', { password: '4111' })],
    ['the fields', (log: pino.Logger) => log.info({ a: { token: '4111' }, b: ['4111 1111 1111 1111'] })],
    ['an error', (log: pino.Logger) => log.error(new Error('card 4111111111111111'))],
    ['an error beside a message', (log: pino.Logger) => log.error({ err: new Error('card 4111111111111111') }, 'failed')],
    ['an error field without a message', (log: pino.Logger) => log.error({ err: new Error('card 4111111111111111') })],
    ['a child', (log: pino.Logger) => log.child({ card: '4111111111111111', authorization: '4111' }).info('x')],
    ['a child of a child', (log: pino.Logger) => log.child({ a: 1 }).child({ card: '4111111111111111' }).info('x')],
  ])('keeps secrets out of %s', (_title, write) => {
    expect(JSON.stringify(lineOf(write))).not.toMatch(/411111|"4111"/)
  })
})
