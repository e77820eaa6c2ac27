import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Transient } from '../src/decision.ts'
import { isDefect, isOutage, verdictOf } from '../src/outage.ts'

/** Every SQLSTATE of PostgreSQL 15, with the two that came by 18 (25P04, 58P03), and what was decided about it. */
const decided = {
  passes: `
    08000 08001 08003 08004 08006 08007 08P01
    0A000
    2200H
    25000 25001 25002 25003 25004 25005 25006 25007 25008 25P01 25P02 25P03 25P04
    26000
    28000 28P01
    3D000
    3F000
    40000 40001 40003 40P01
    42501 42703 42704 42883 42P01 42P05
    53000 53100 53200 53300 53400
    55000 55006 55P02 55P03 55P04
    57000 57014 57P01 57P02 57P03 57P04 57P05
    58000 58030 58P01 58P02 58P03
    72000
    F0000 F0001
    HV001 HV00N
    XX000 XX001 XX002`,
  defect: `
    03000
    0F000 0F001
    20000
    21000
    22000 22001 22002 22003 22004 22005 22007 22008 22009 2200B 2200C 2200D 2200F 2200G 2200L 2200M 2200N 2200S 2200T 22010 22011 22012 22013 22014 22015
    22016 22018 22019 2201B 2201E 2201F 2201G 2201W 2201X 22021 22022 22023 22024 22025 22026 22027 2202E 2202G 2202H 22030 22031 22032 22033 22034 22035
    22036 22037 22038 22039 2203A 2203B 2203C 2203D 2203E 2203F 2203G 22P01 22P02 22P03 22P04 22P05 22P06
    23000 23001 23502 23503 23505 23514 23P01
    27000
    2F000 2F002 2F003 2F004 2F005
    38000 38001 38002 38003 38004
    39000 39001 39004 39P01 39P02 39P03
    40002
    44000
    54000 54001 54011 54023
    P0000 P0001 P0002 P0003 P0004`,
  unknown: `
    00000
    01000 01003 01004 01006 01007 01008 0100C 01P01
    02000 02001
    09000
    0B000
    0L000 0LP01
    0P000
    0Z000 0Z002
    24000
    2B000 2BP01
    2D000
    34000
    3B000 3B001
    42000 42601 42602 42611 42622 42701 42702 42710 42712 42723 42725 42803 42804 42809 42830 42846 428C9 42939 42P02 42P03 42P04 42P06 42P07 42P08 42P09
    42P10 42P11 42P12 42P13 42P14 42P15 42P16 42P17 42P18 42P19 42P20 42P21 42P22
    HV000 HV002 HV004 HV005 HV006 HV007 HV008 HV009 HV00A HV00B HV00C HV00D HV00J HV00K HV00L HV00M HV00P HV00Q HV00R HV010 HV014 HV021 HV024 HV090 HV091`,
}
const codesOf = (text: string): readonly string[] => text.trim().split(/\s+/)
const verdicts = Object.entries(decided).flatMap(([verdict, text]) => codesOf(text).map((code) => [code, verdict] as const))

/** What the server itself was built from, where its files are. */
const installed = (): readonly string[] => {
  const share = '/usr/share/postgresql'
  const files = existsSync(share) ? readdirSync(share).map((version) => join(share, version, 'errcodes.txt')) : []
  const lines = files.filter(existsSync).flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  return lines.flatMap((line) => /^([0-9A-Z]{5})\s/.exec(line)?.[1] ?? [])
}
const failing = (code: string): Error => Object.assign(new Error('as the server says it'), { code })

describe('an error of PostgreSQL', () => {
  it('is decided about, whichever of the server it is', () => {
    const known = new Set(verdicts.map(([code]) => code))
    expect(known.size).toBe(verdicts.length)
    expect(known.size).toBeGreaterThan(250)
    expect(installed().filter((code) => !known.has(code))).toEqual([])
  })

  // fault: outage that looks like a defect
  it.each(verdicts)('%s: %s', (code, verdict) => {
    expect(verdictOf(code)).toBe(verdict)
    expect([isOutage(failing(code)), isDefect(failing(code))]).toEqual([verdict === 'passes', verdict === 'defect'])
  })

  it('passes when a newer server has it in a class of the server’s, and is unknown in a class that nobody knows', () => {
    for (const code of ['08P99', '25P99', '40Z00', '53999', '55X00', '57P99', '58P99', 'F0009', 'XX009'])
      expect(verdictOf(code)).toBe('passes')
    expect(verdictOf('QQ000')).toBe('unknown')
  })
})

describe('an outage', () => {
  // As Prisma's adapter for pg keeps what the driver said: beside its own name for it, or only there.
  const adapterError = (cause: object) => Object.assign(new Error('DriverAdapterError'), { cause })

  it.each(['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1010', 'P1011', 'P1017', 'P2021', 'P2022', 'P2024', 'P2028', 'P2034', 'P2037'])(
    'is what Prisma calls %s',
    (code) => expect(isOutage(Object.assign(new Error('prisma'), { code }))).toBe(true),
  )

  it.each(['P2000', 'P2002', 'P2003', 'P2010', 'P2025', 'P2039'])(
    'is not what Prisma calls %s, unless it says what the server said',
    (code) => {
      const error = (state: string) =>
        Object.assign(new Error('prisma'), { code, meta: { driverAdapterError: adapterError({ kind: 'postgres', originalCode: state }) } })
      expect(isOutage(Object.assign(new Error('prisma'), { code }))).toBe(false)
      expect([isOutage(error('25006')), isOutage(error('55000')), isOutage(error('23505'))]).toEqual([true, true, false])
    },
  )

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
  ])('is what pg says without a code: %s', (message) => expect(isOutage(new Error(message))).toBe(true))

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'UND_ERR_SOCKET'])(
    'is what the network says: %s',
    (code) => {
      expect(isOutage(failing(code))).toBe(true)
      expect(isOutage(new AggregateError([failing(code)], 'all addresses'))).toBe(true)
      expect(isOutage(new TypeError('fetch failed', { cause: failing(code) }))).toBe(true)
    },
  )

  it('is what says so itself', () => expect(isOutage(new Error('wrapped', { cause: new Transient('later') }))).toBe(true))

  it.each([new TypeError('undefined is not a function'), new Error('the connection pool is mine'), 'text', undefined, null, { code: 5 }])(
    'is no bug: %s',
    (error) => expect([isOutage(error), isDefect(error)]).toEqual([false, false]),
  )
})
