import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { problems } from './problems.ts'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const sources = [
  'packages/http/src/**/*.ts',
  'packages/choreography/src/*.ts',
  'services/{gateway,user,product,order,payment,inventory,risk}/src/**/*.ts',
]

/** Reasons for which a message is parked. No client is told of them. */
const ofMessages = /^(forged_.*|contradiction|impossible_fact|charged_twice|unknown_(payment|refund|stock|product|return))$/
/** Of the services' own addresses, which the gateway does not pass on. */
const inside = new Set(['invalid_saga_id'])

interface Thrown {
  readonly code: string
  readonly status: number | undefined
  readonly where: string
}

const literal = String.raw`'([^']+)'`
const answered = new RegExp(String.raw`\bproblem\(\s*(\d{3}),\s*${literal}`, 'g')
const ruled = new RegExp(String.raw`\b(?:RuleViolation|Unsellable)\(\s*${literal}(?:,\s*(?:'[^']*'|\`[^\`]*\`)(?:,\s*(\d{3}))?)?`, 'g')

async function thrown(): Promise<Thrown[]> {
  const found: Thrown[] = []
  for await (const file of glob(sources, { cwd: repository, exclude: (name) => name.endsWith('.test.ts') || name === 'prisma' })) {
    const text = await readFile(`${repository}${file}`, 'utf8')
    for (const [, status, code = ''] of text.matchAll(answered)) found.push({ code, status: Number(status), where: file })
    for (const [, code = '', status] of text.matchAll(ruled))
      found.push({ code, status: status === undefined ? undefined : Number(status), where: file })
  }
  return found
}

it('are all here that the code throws, in one style', async () => {
  const all = await thrown()
  expect(all.length).toBeGreaterThan(60)
  const missing = all.filter(({ code }) => !(code in problems) && !ofMessages.test(code) && !inside.has(code))
  expect(missing, 'add them to problems.ts').toEqual([])
  // Those of bodies and statuses come from tables, and one that is passed on by its name.
  const listed = Object.keys(problems)
  expect(listed).toEqual(listed.toSorted())
  for (const code of listed) expect(code).toMatch(/^[a-z]+(_[a-z0-9]+)*$/)
  for (const { code, status, where } of all) {
    if (status === 404) expect(code, where).toMatch(/(^|_)not_found$/)
    if (code.endsWith('not_found')) expect(status, `${where}: ${code}`).toBe(404)
  }
})
