import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Check, checks, runCheck } from '../src/checks.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const configs = ['.oxlintrc.json', '.dependency-cruiser.cjs', 'biome.json', 'tsconfig.base.json']
const named = (name: string) => checks.find((check) => check.name === name) as Check

let folder = ''
const plant = async (path: string, text: string) => {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

// A checkout in miniature, with our own configuration and one violation of each kind planted in it.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'murmuration-planted-'))
  for (const config of configs) await cp(join(root, config), join(folder, config))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await plant('package.json', '{ "name": "planted", "private": true, "type": "module" }')
  await plant('tsconfig.json', '{ "extends": "./tsconfig.base.json", "include": ["services", "packages"] }')
  await plant('packages/tool/src/index.ts', "export { secret } from '../../../services/beta/src/secret.ts'\n")
  await plant('services/beta/src/secret.ts', 'export const secret = 1\n')
  await plant(
    'services/alpha/src/domain/rule.ts',
    "import { secret } from '../../../beta/src/secret.ts'\nimport { rows } from '../store/rows.ts'\n\nexport const rule = () => secret + rows\n",
  )
  await plant(
    'services/alpha/src/store/rows.ts',
    "import { rule } from '../domain/rule.ts'\n\nexport const rows = 2\nexport const again = rule\n",
  )
  await plant('services/alpha/src/floating.ts', 'const later = async () => 1\n\nexport function start(): void {\n  later()\n}\n')
  await plant('services/alpha/src/loose.ts', 'export const loose = (value: any) => value\n')
  await plant('services/alpha/src/selfish.ts', "export const port = process.env['PORT']\n")
  await plant('services/alpha/src/untidy.ts', 'export const untidy = {a:1};\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the dependency check', () => {
  it.each([
    ['a service that imports another', 'services-never-import-each-other'],
    ['a package that knows a service', 'packages-know-no-service'],
    ['a domain that imports its store', 'domain-imports-contracts-and-money-only'],
    ['a cycle', 'no-cycles'],
  ])('fails on %s', async (_what, rule) => {
    const { command } = named('dependencies')
    const result = await runCheck({ name: 'dependencies', command: [...command.slice(0, 3), 'services', 'packages'] }, folder)
    expect(result).toMatchObject({ passed: false, output: expect.stringContaining(rule) })
  })

  it('fails when it sees hardly any modules, as it does without a compiler API', async () => {
    const { command, suspicious } = named('dependencies')
    const result = await runCheck(
      { name: 'dependencies', command: [...command.slice(0, 3), 'services/beta'], ...(suspicious && { suspicious }) },
      folder,
    )
    expect(result).toMatchObject({ passed: false, output: expect.stringContaining('only 1 modules were seen') })
  })
})

describe('the lint', () => {
  it.each([
    ['a floating promise', 'no-floating-promises'],
    ['any', 'no-explicit-any'],
    ['a service that looks at its process', 'no-restricted-globals'],
  ])('fails on %s', async (_what, rule) => {
    expect(await runCheck(named('lint'), folder)).toMatchObject({ passed: false, output: expect.stringContaining(rule) })
  })
})

it('the format check fails on an untidy file', async () => {
  const { command } = named('format')
  const result = await runCheck(
    { name: 'format', command: [...command.slice(0, -1), '--vcs-enabled=false', 'services/alpha/src/untidy.ts'] },
    folder,
  )
  expect(result).toMatchObject({ passed: false, output: expect.stringContaining('untidy.ts') })
})

it('the dead-code check fails on a file that nothing uses', async () => {
  await plant('knip.json', '{ "entry": ["packages/tool/src/index.ts"], "project": ["**/*.ts"] }')
  const result = await runCheck(named('dead code'), folder)
  expect(result).toMatchObject({ passed: false, output: expect.stringContaining('services/alpha/src/loose.ts') })
})
