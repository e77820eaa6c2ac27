import type { AddressInfo } from 'node:net'
import { Transient } from '@murmuration/contracts'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { write } from '../src/domain/letter.ts'
import { confirmed } from '../src/domain/news.ts'
import { postOffice } from '../src/media/post-office.ts'
import { type MailServer, mailServer } from '../src/media/smtp.ts'
import * as build from './builders.ts'

interface Taken {
  readonly to: string[]
  readonly source: string
}
const taken: Taken[] = []
let refuse: { at: 'RCPT' | 'MAIL' | 'DATA'; code: number } | undefined
let smtp: SMTPServer
let server: MailServer
let url = ''

const refusal = (code: number, address: string) => Object.assign(new Error(`5.1.1 <${address}>: not today`), { responseCode: code })

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onMailFrom: ({ address }, _session, done) => done(refuse?.at === 'MAIL' ? refusal(refuse.code, address) : null),
    onRcptTo: ({ address }, _session, done) => done(refuse?.at === 'RCPT' ? refusal(refuse.code, address) : null),
    onData(stream, { envelope }, done) {
      let source = ''
      stream.setEncoding('utf8').on('data', (chunk: string) => (source += chunk))
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address)
        if (refuse?.at === 'DATA') return done(refusal(refuse.code, to[0] ?? ''))
        taken.push({ to, source })
        done()
      })
    },
  })
  smtp.on('error', () => {})
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  url = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`
})
afterAll(() => new Promise<void>((resolve) => smtp.close(resolve)))
beforeEach(() => {
  server = mailServer({ url, from: 'Murmuration <no-reply@murmuration.example>' })
  taken.length = 0
  refuse = undefined
})
afterEach(() => server.close())

const news = confirmed(build.confirmed(build.nextId()))
const mail = { id: build.nextId(), to: { address: 'ada@example.com', name: 'Ada "Countess" Lindqvist' }, ...write(news, 'Ada') }

it('hands over a letter with both bodies and an id of its own', async () => {
  expect(await server.send(mail)).toBeUndefined()
  const [letter] = taken
  expect(letter?.to).toEqual(['ada@example.com'])
  expect(letter?.source).toContain(`Message-ID: <${mail.id}@murmuration.example>`)
  expect(letter?.source).toContain('Subject: Your order is confirmed')
  expect(letter?.source).toContain('text/plain')
  expect(letter?.source).toContain('text/html')
})

it('lets no name write headers', async () => {
  await server.send({ ...mail, to: { address: 'ada@example.com', name: 'Ada\r\nBcc: mallory@example.com' } })
  expect(taken[0]?.to).toEqual(['ada@example.com'])
  expect(taken[0]?.source).not.toMatch(/^Bcc:/m)
})

it.each([
  { at: 'RCPT', code: 550 },
  { at: 'DATA', code: 554 },
] as const)('takes %o for final, and repeats it without the address', async (refused) => {
  refuse = refused
  const words = await server.send(mail)
  expect(words).toContain('not today')
  expect(words).not.toContain('example.com')
  expect(taken).toEqual([])
})

it.each([
  { at: 'RCPT', code: 450 },
  { at: 'DATA', code: 451 },
  { at: 'MAIL', code: 550 },
] as const)('takes %o for what may change, and tells no address', async (refused) => {
  refuse = refused
  const error: unknown = await server.send(mail).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Transient)
  expect(JSON.stringify([String(error), (error as Error).cause ?? null])).not.toContain('example.com')
})

it('waits for a server that is not there', async () => {
  const nobody = mailServer({ url: 'smtp://127.0.0.1:9', from: 'a@example.com' })
  await expect(nobody.send(mail)).rejects.toThrow(Transient)
  nobody.close()
})

it('gives up after a day', async () => {
  refuse = { at: 'RCPT', code: 450 }
  const dispatch = { cause: 'c', notificationId: mail.id, news, to: mail.to }
  await expect(postOffice(server).send(dispatch, { attempt: 2_879 })).rejects.toThrow(Transient)
  expect(await postOffice(server).send(dispatch, { attempt: 2_880 })).toMatchObject({ outcome: 'failed', medium: 'email' })
})

it('without a mail server notes it in the log', async () => {
  expect(await postOffice(undefined).send({ cause: 'c', notificationId: mail.id, news, to: mail.to }, { attempt: 1 })).toEqual({
    outcome: 'sent',
    medium: 'log',
  })
})
