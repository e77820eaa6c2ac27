import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { Transient } from '@murmuration/contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { write } from '../src/domain/letter.ts'
import { confirmed } from '../src/domain/news.ts'
import { postOffice } from '../src/media/post-office.ts'
import { type MailServer, mailServer, Unanswered } from '../src/media/smtp.ts'
import * as build from './builders.ts'

/** What the server does once it has a whole letter, its first one or any. */
let then: (socket: Socket, letters: number) => void
let letters: string[]
let listening: Server
let server: MailServer
const sockets = new Set<Socket>()

/** As little of SMTP as a client needs. */
function serve(socket: Socket): void {
  sockets.add(socket)
  const say = (line: string) => socket.write(`${line}\r\n`)
  let text = ''
  let inLetter = false
  say('220 slow.example')
  socket.on('error', () => {}).setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    text += chunk
    for (;;) {
      const end = inLetter ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n')
      if (end < 0) return
      const [taken, rest] = [text.slice(0, end), text.slice(end + (inLetter ? 5 : 2))]
      text = rest
      if (inLetter) {
        inLetter = false
        then(socket, letters.push(taken))
      } else if (taken === 'DATA') {
        inLetter = true
        say('354 go on')
      } else say(taken === 'QUIT' ? '221 bye' : '250 ok')
    }
  })
}

beforeEach(async () => {
  letters = []
  listening = createServer(serve)
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  server = mailServer({
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    from: 'Murmuration <no-reply@murmuration.example>',
  })
})
afterEach(() => {
  server.close()
  for (const socket of sockets) socket.destroy()
  listening.close()
})

const news = confirmed(build.confirmed(build.nextId()))
const mail = () => ({ id: build.nextId(), to: { address: 'ada@example.com', name: 'Ada' }, ...write(news, 'Ada') })
const dispatch = () => ({ cause: 'c', notificationId: build.nextId(), news, to: { address: 'ada@example.com', name: 'Ada' } })
const caught = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error)

// fault: mail server without an answer
describe('a mail server that', () => {
  it('takes its time over the last answer is waited for, and nobody behind it', { timeout: 30_000 }, async () => {
    // Longer than anything else may take.
    then = (socket, number) => setTimeout(() => socket.write('250 taken\r\n'), number === 1 ? 11_000 : 0)
    const slow = server.send(mail())
    await expect.poll(() => letters).toHaveLength(1)
    const began = performance.now()
    await Promise.all(Array.from({ length: 20 }, () => server.send(mail())))
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(await slow).toBeUndefined()
    expect(letters).toHaveLength(21)
  })

  it('hangs up after the letter gets it three times at most, hours apart, and then that is told', async () => {
    then = (socket) => socket.destroy()
    const { send } = postOffice(server)
    const letter = dispatch()
    let attempt = 1
    const waits: (number | undefined)[] = []
    let ended: unknown
    // As the runtime counts.
    while (ended === undefined && attempt < 10_000) {
      const result: unknown = await send(letter, { attempt }).catch((error: unknown) => error)
      if (!(result instanceof Transient)) ended = result
      else {
        waits.push(result.retryInMs)
        attempt += result.counts
      }
    }
    expect(waits).toEqual([3_600_000, 21_600_000])
    expect(letters).toHaveLength(3)
    expect(ended).toMatchObject({ outcome: 'failed', medium: 'email', detail: expect.stringContaining('no answer came') })
  })

  it('answers a letter with a no, or hangs up before it, has not taken it: that is tried again soon', async () => {
    then = (socket) => socket.write('451 later\r\n')
    const refused = await caught(server.send(mail()))
    expect(refused).toBeInstanceOf(Transient)
    expect(refused).not.toBeInstanceOf(Unanswered)
    for (const socket of sockets) socket.destroy()
    listening.removeAllListeners('connection').on('connection', (socket: Socket) => socket.destroy())
    const gone = await caught(server.send(mail()))
    expect(gone).toBeInstanceOf(Transient)
    expect(gone).not.toBeInstanceOf(Unanswered)
  })

  it('never answers keeps no more than a hundred letters waiting; what goes to the log does not wait behind them', async () => {
    then = () => {}
    const waiting = Array.from({ length: 100 }, () => caught(server.send(mail())))
    await expect.poll(() => letters.length, { timeout: 10_000 }).toBe(100)
    expect(await caught(server.send(mail()))).toBeInstanceOf(Transient)
    const { send } = postOffice(server)
    expect(await send({ ...dispatch(), to: { log: 'preference' } }, { attempt: 1 })).toEqual({ outcome: 'sent', medium: 'log' })
    for (const socket of sockets) socket.destroy()
    for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(Unanswered)
  })
})
