import type { RequestHandler } from 'express'
import { problem } from './problem.ts'

// What express keeps of a route (see router/lib/layer.js); a nested router is a layer whose handle has a stack of its own.
interface Layer {
  match(path: string): { path: string } | false
  route?: { methods: Record<string, boolean> }
  handle: { stack?: Layer[] }
}

function methodsOf(stack: readonly Layer[], path: string): Set<string> {
  const found = new Set<string>()
  for (const layer of stack) {
    if (!layer.route && !layer.handle.stack) continue
    const match = layer.match(path)
    if (!match) continue
    if (layer.route) for (const method of Object.keys(layer.route.methods)) found.add(method.toUpperCase())
    else for (const method of methodsOf(layer.handle.stack ?? [], path.slice(match.path.length) || '/')) found.add(method)
  }
  return found
}

/** After all routes: 405 with `Allow` when the path exists with another method, else 404. */
export const notFound: RequestHandler = (req) => {
  const allowed = methodsOf((req.app.router as unknown as { stack: Layer[] }).stack, req.path)
  if (allowed.size === 0) throw problem(404, 'not_found', `There is nothing at ${req.path}.`)
  if (allowed.has('GET')) allowed.add('HEAD')
  const allow = [...allowed].sort().join(', ')
  throw problem(405, 'method_not_allowed', `${req.method} is not possible here, only ${allow}.`, { headers: { allow } })
}
