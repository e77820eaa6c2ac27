import { join } from 'node:path'
import { findCommand, run } from '../install/run.ts'
import { type Profile, repositoryRoot } from '../paths.ts'
import type { ComponentName } from './component.ts'

const project = (profile: Profile): string => (profile === 'dev' ? 'murmuration' : 'murmuration-test')

const compose = (profile: Profile, args: string[], env: Record<string, string> = {}): Promise<string> => {
  const fixed = ['compose', '-p', project(profile), '-f', join(repositoryRoot, 'docker-compose.yml'), '--profile', 'infra']
  return run('docker', [...fixed, ...args], { env: { ...process.env, ...env } })
}

/** Whether a Docker engine answers and has Compose; a client alone does not count. */
export const composeAnswers = async (): Promise<boolean> => {
  if ((await findCommand('docker')) === undefined) return false
  const checks = [
    ['info', '--format', '{{.ServerVersion}}'],
    ['compose', 'version', '--short'],
  ]
  const results = await Promise.all(checks.map((args) => run('docker', args, { timeoutMs: 8000 }).catch(() => '')))
  return results.every((output) => output.trim() !== '')
}

/** Starts the containers and waits for their health checks. `env` carries the ports to publish. */
export const composeUp = async (profile: Profile, names: ComponentName[], env: Record<string, string>): Promise<void> => {
  await compose(profile, ['up', '-d', '--wait', ...names], env)
}

/** Ends the containers; their volumes stay. */
export const composeDown = async (profile: Profile): Promise<void> => {
  await compose(profile, ['down', '--remove-orphans'])
}
