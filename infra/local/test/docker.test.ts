import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeAnswers, composeDown, composeUp } from '../src/infra/compose.ts'
import { sandbox } from './sandbox.ts'

let stack: string
let clear: () => Promise<void>
const path = process.env['PATH'] ?? ''

/** A `docker` that notes how it was called and answers as told. */
const fakeDocker = async (script: string): Promise<string> => {
  const folder = join(stack, 'bin')
  await mkdir(folder, { recursive: true })
  const log = join(stack, 'docker.log')
  await writeFile(join(folder, 'docker'), `#!/bin/sh\necho "$KAFKA_PORT $*" >> '${log}'\n${script}\n`)
  await chmod(join(folder, 'docker'), 0o755)
  process.env['PATH'] = `${folder}:${path}`
  return log
}

beforeAll(async () => {
  ;({ stack, clear } = await sandbox())
})
afterAll(async () => {
  process.env['PATH'] = path
  await clear()
})

describe('Docker Compose', () => {
  it('does not count when only the client is there', async () => {
    await fakeDocker('case "$1" in info) echo "Cannot connect to the Docker daemon" >&2; exit 1;; compose) echo 2.40.0;; esac')
    expect(await composeAnswers()).toBe(false)
  })

  it('does not count when the engine is there without it', async () => {
    await fakeDocker('case "$1" in info) echo 28.1.0;; *) exit 125;; esac')
    expect(await composeAnswers()).toBe(false)
  })

  it('is used when an engine answers, with the ports that were chosen', async () => {
    const log = await fakeDocker('case "$1" in info) echo 28.1.0;; compose) echo 2.40.0;; esac')
    expect(await composeAnswers()).toBe(true)
    await composeUp('test', ['kafka'], { KAFKA_PORT: '21092' })
    await composeDown('test')
    const calls = (await readFile(log, 'utf8')).trim().split('\n').slice(-2)
    expect(calls[0]).toMatch(/^21092 compose -p murmuration-test -f \S+docker-compose\.yml --profile infra up -d --wait kafka$/)
    expect(calls[1]).toMatch(/compose -p murmuration-test .* down --remove-orphans$/)
  })
})
