import { beforeAll, describe, expect, it } from 'vitest'
import { runChild } from './child.ts'

type Row = { service: string; name: string; kind: number; spanId: string; parentSpanId?: string; attributes: Record<string, unknown> }
type Line = { service?: string; msg?: string; name?: string; trace_id?: string }

describe('two services in one process', () => {
  let spans: Row[]
  let lines: Line[]
  let pages: Record<'one' | 'two', string>
  beforeAll(async () => {
    const { result, stdout, stderr } = await runChild('two-services.ts', 'with-memory.ts')
    expect(stderr).toBe('')
    spans = result as Row[]
    const printed = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line & { pages?: typeof pages })
    lines = printed.filter(({ msg }) => msg !== undefined)
    pages = printed.find((line) => line.pages)?.pages ?? { one: '', two: '' }
  })

  const count = (service: string, name: string, kind: number) =>
    spans.filter((span) => span.service === service && span.name === name && span.kind === kind).length

  it('each have their own server, client and business spans', () => {
    expect([count('one', 'POST /work', 1), count('two', 'POST /work', 1)]).toEqual([3, 6])
    expect([count('one', 'business', 0), count('two', 'business', 0)]).toEqual([3, 6])
    expect([count('one', 'POST', 2), count('two', 'POST', 2), count('three', 'POST', 2)]).toEqual([3, 0, 3])
  })

  it('call each other as two processes do: the called one’s span is a child of the caller’s', () => {
    const called = spans.filter(({ service, name, kind }) => service === 'two' && name === 'POST /work' && kind === 1)
    const callers = called.map(({ parentSpanId }) => spans.find(({ spanId }) => spanId === parentSpanId)?.service ?? 'nobody')
    expect(callers.toSorted()).toEqual(['one', 'one', 'one', 'three', 'three', 'three'])
  })

  it('are at the public edge each for itself', () => {
    const servers = spans.filter(({ name, kind }) => name === 'POST /work' && kind === 1)
    expect(servers.filter(({ service }) => service === 'one').map(({ attributes }) => attributes['saga.id'])).toEqual(
      Array(3).fill('minted'),
    )
  })

  it('say in every log line whose it is, also by a logger that both share', () => {
    const worked = lines.filter(({ msg }) => msg === 'worked')
    expect(worked.map(({ service = 'nobody' }) => service).toSorted()).toEqual(['one', 'one', 'one', ...Array(6).fill('two')])
    expect(worked.every(({ trace_id }) => trace_id !== undefined)).toBe(true)
    expect(lines.find(({ msg }) => msg === 'outside')?.service).toBe('order')
  })

  const valueOf = (page: string, series: RegExp): string[] => page.split('\n').filter((line) => series.test(line))

  it('show what they counted once, and nothing of the other', () => {
    expect(valueOf(pages.one, /^shared_handled_count/)).toEqual([expect.stringMatching(/by="one".* 3$/)])
    expect(valueOf(pages.two, /^shared_handled_count/)).toEqual([expect.stringMatching(/by="two".* 6$/)])
    expect(valueOf(pages.one, /^shared_duration_seconds_count|^shared_duration_count/)).toEqual([expect.stringMatching(/ 3$/)])
    expect(pages.one).toContain('one_level')
    expect(pages.one).not.toContain('two_level')
    expect(valueOf(pages.one, /^target_info/)[0]).toContain('service_name="one"')
    expect(valueOf(pages.two, /^target_info/)[0]).toContain('service_name="two"')
  })

  it('are measured by instrumentations each for itself, also over connections that they share', () => {
    const counts = (page: string, name: string) => valueOf(page, new RegExp(`^${name}_count`)).map((line) => line.split(' ').at(-1))
    expect(counts(pages.one, 'http_server_request_duration')).toEqual(['3'])
    expect(counts(pages.two, 'http_server_request_duration')).toEqual(['6'])
    expect(counts(pages.one, 'http_client_request_duration')).toEqual(['3'])
    expect(counts(pages.two, 'http_client_request_duration')).toEqual([])
  })

  it('show the process that they share, each', () => {
    for (const page of Object.values(pages)) expect(valueOf(page, /^process_memory_usage\b/)).toHaveLength(1)
  })
})
