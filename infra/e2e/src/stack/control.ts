import type { Hosting } from '@murmuration/local'
import { inject } from 'vitest'

async function tell(path: string, env: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(`${inject('stack').control}/${path}`, { method: 'POST', body: JSON.stringify(env) })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
}

/** A process of the stack, to be troubled. A killed one is started again by its supervisor. */
export const service = (name: string) => ({
  pause: () => tell(`service/pause/${name}`),
  resume: () => tell(`service/resume/${name}`),
  kill: () => tell(`service/kill/${name}`),
  stop: () => tell(`service/stop/${name}`),
  start: () => tell(`service/start/${name}`),
  /** With other settings, which stay until the next restart says otherwise. */
  restart: (env: Record<string, string> = {}) => tell(`service/restart/${name}`, env),
  ready: () => tell(`service/ready/${name}`),
})

/** Services share a process from now on, or have one each. */
export const rehost = (hosting: Hosting) => tell(`hosting/${hosting}`)

export const everyService = { resume: () => tell('service/resume/all'), ready: () => tell('service/ready/all') }

export const killInfra = (name: 'kafka' | 'postgres' | 'redis' | 'tempo') => tell(`infra/kill/${name}`)
export const startInfra = () => tell('infra/start/all')

/** Runs `work` while a service is stopped in its tracks (SIGSTOP), and lets it go on in any case. */
export async function whilePaused<T>(name: string, work: () => Promise<T>): Promise<T> {
  await service(name).pause()
  try {
    return await work()
  } finally {
    await service(name).resume()
  }
}
