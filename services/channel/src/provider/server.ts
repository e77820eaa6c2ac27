import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { prometheusHandler } from '@murmuration/telemetry'
import { z } from 'zod'
import type { Book, Booked, Entry } from './book.ts'
import { happens } from './chance.ts'
import { type Settings, settings as settingsSchema } from './settings.ts'
import { statement } from './statement.ts'
import type { WebhookSender } from './webhooks.ts'

const label = z.string().min(1).max(200)
const chargeOrder = z.strictObject({
  amount: z.int().min(0),
  currency: z.enum(['EUR', 'USD', 'GBP']),
  method: z.string().regex(/^[a-z_]{1,40}$/),
  reference: label,
})
const refundOrder = z.strictObject({ chargeId: label, amount: z.int().min(1), reference: label.optional() })

interface Answer {
  readonly status: number
  readonly body: object | string
}
const refusal = (status: number, code: string, message: string): Answer => ({ status, body: { code, message } })
const MAX_BODY = 64 * 1024

interface Parts {
  readonly book: Book
  readonly initial: Settings
  readonly webhooks?: WebhookSender | undefined
}

/** The provider's HTTP API over its book. Settings last until the process ends. */
export function providerServer({ book, initial, webhooks }: Parts): Server {
  let settings = initial

  /** Books an order under its key; undefined when the answer gets lost. */
  async function order<Order>(
    req: IncomingMessage,
    schema: z.ZodType<Order>,
    enter: (key: string, order: Order) => Booked<Entry>,
  ): Promise<Answer | undefined> {
    const key = req.headers['idempotency-key']
    if (typeof key !== 'string' || key.length > 255)
      return refusal(400, 'idempotency_key_missing', 'Orders need an Idempotency-Key of at most 255 characters.')
    const parsed = schema.safeParse(await jsonOf(req))
    if (!parsed.success) return refusal(400, 'invalid_order', z.prettifyError(parsed.error))
    const booked = enter(key, parsed.data)
    const { latencyMs, lostAnswerRate } = settings
    if (typeof booked === 'object' && booked.made && settings.webhooks) webhooks?.tell(booked.entry, settings)
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
    if (booked === 'other_body') return refusal(422, 'idempotency_key_reused', 'Another order was sent under this key before.')
    if (booked === 'unknown_charge') return refusal(404, 'unknown_charge', 'There is no such charge.')
    if (booked.made && happens('lost', key, lostAnswerRate)) return undefined
    return answerOf(booked.entry)
  }

  const routes: Record<string, (req: IncomingMessage, url: URL) => Promise<Answer | undefined> | Answer> = {
    'POST /v1/charges': (req) => order(req, chargeOrder, (key, body) => book.charge(key, body, settings, new Date())),
    'POST /v1/refunds': (req) => order(req, refundOrder, (key, body) => book.refund(key, body, settings, new Date())),
    'GET /v1/charges': (_req, url) => found(book.find('charge', url.searchParams.get('idempotencyKey') ?? '')),
    'GET /v1/refunds': (_req, url) => found(book.find('refund', url.searchParams.get('idempotencyKey') ?? '')),
    'GET /v1/statement.csv': (_req, url) => {
      const { data } = z.iso.date().safeParse(url.searchParams.get('day'))
      return data === undefined
        ? refusal(400, 'invalid_day', 'day is a date such as 2026-11-21')
        : { status: 200, body: statement(book.ofDay(data)) }
    },
    'GET /v1/settings': () => ({ status: 200, body: settings }),
    'PUT /v1/settings': async (req) => {
      const parsed = settingsSchema.partial().safeParse(await jsonOf(req))
      if (!parsed.success) return refusal(400, 'invalid_settings', z.prettifyError(parsed.error))
      settings = { ...settings, ...parsed.data } as Settings
      return { status: 200, body: settings }
    },
    'GET /livez': () => ({ status: 200, body: { status: 'alive' } }),
    'GET /readyz': () => ({ status: 200, body: { status: 'ready' } }),
  }

  return createServer({ keepAliveTimeout: 65_000 }, (req, res) => {
    const url = new URL(req.url ?? '/', 'http://provider')
    if (url.pathname === '/metrics') return prometheusHandler(req, res)
    const route = routes[`${req.method} ${url.pathname}`]
    const answering = (async () => (route === undefined ? refusal(404, 'not_found', 'No such route.') : await route(req, url)))()
    answering.then(
      (answer) => (answer === undefined ? res.destroy() : write(res, answer)),
      (error: unknown) =>
        write(res, error instanceof BadBody ? refusal(400, 'invalid_body', error.message) : refusal(500, 'internal_error', String(error))),
    )
  })
}

class BadBody extends Error {}

async function jsonOf(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY) throw new BadBody('The body is too large.')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new BadBody('The body is not JSON.')
  }
}

function answerOf({ type: _, key: __, ...body }: Entry): Answer {
  return { status: body.status === 'declined' ? 402 : 201, body }
}

function found(entry: Entry | undefined): Answer {
  return entry === undefined ? refusal(404, 'not_found', 'Nothing was ordered under this key.') : { ...answerOf(entry), status: 200 }
}

function write(res: ServerResponse, { status, body }: Answer): void {
  if (res.destroyed) return
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/csv; charset=utf-8' : 'application/json'
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text)
}
