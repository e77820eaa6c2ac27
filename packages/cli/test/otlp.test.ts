import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { spansOf } from '../src/trace/otlp.ts'

const recorded = JSON.parse(readFileSync(new URL('./fixtures/tempo-2.1-trace.json', import.meta.url), 'utf8')) as unknown

describe('a trace as Tempo answers it', () => {
  it('is read from what Tempo 2.1 really answered', () => {
    const [span, ...more] = spansOf(recorded)
    expect(more).toEqual([])
    expect(span).toMatchObject({
      traceId: 'b66a147d28dcf64d84fd7f2234884958',
      spanId: '65aa719e6c9bd28a',
      parentSpanId: null,
      service: 'murmur',
      name: 'inject UserStatusChanged',
      kind: 'PRODUCER',
      startMs: 1795257800622,
      durationMs: 19,
      links: [],
    })
    expect(span?.attributes['saga.id']).toBe('01a1fdb4-17ad-7dc0-98a1-6881de4f3e6e')
  })

  it('is read from newer versions, too: other names, ids in hex, numbers for kinds', () => {
    const [span] = spansOf({
      trace: {
        resourceSpans: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'order' } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: 'B66A147D28DCF64D84FD7F2234884958',
                    spanId: '65aa719e6c9bd28a',
                    parentSpanId: '75aa719e6c9bd28b',
                    name: 'x',
                    kind: 2,
                    startTimeUnixNano: '1795257800622500000',
                    endTimeUnixNano: 1795257800623000000,
                    links: [{ traceId: 'a66a147d28dcf64d84fd7f2234884958', spanId: '55aa719e6c9bd28a' }],
                    status: { code: 2, message: 'broken' },
                    attributes: [
                      { key: 'n', value: { intValue: '7' } },
                      { key: 'b', value: { boolValue: true } },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    })
    expect(span).toMatchObject({
      traceId: 'b66a147d28dcf64d84fd7f2234884958',
      parentSpanId: '75aa719e6c9bd28b',
      service: 'order',
      kind: 'SERVER',
      durationMs: 0.5,
      error: 'broken',
      links: [{ traceId: 'a66a147d28dcf64d84fd7f2234884958', spanId: '55aa719e6c9bd28a' }],
      attributes: { n: 7, b: true },
    })
    expect(span?.startMs).toBe(1795257800622.5)
  })

  it('is empty when there is none', () => {
    expect(spansOf(undefined)).toEqual([])
  })
})
