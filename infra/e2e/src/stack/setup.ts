import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestProject } from 'vitest/node'
import type { Provided } from './provided.ts'

/** vitest's globalSetup: the whole stack, once for all files, with every saga traced. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>
  const first = await Promise.race([line, ended.then(() => undefined)])
  if (first === undefined) throw new Error('the stack did not start')
  project.provide('stack', JSON.parse(first[0]) as Provided)
  return async () => {
    child.stdin.end()
    await ended
  }
}
