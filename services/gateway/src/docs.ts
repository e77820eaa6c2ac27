import express, { type Router } from 'express'

/** The OpenAPI document and a page to try it; both are made when first asked for. */
export function docsRoutes(): Router {
  const router = express.Router()
  let document: string | undefined
  let page: Promise<Router> | undefined

  router.get('/openapi.json', async (_req, res) => {
    document ??= JSON.stringify((await import('./openapi/document.ts')).openApi())
    res.type('json').send(document)
  })
  async function swagger(): Promise<Router> {
    const { default: ui } = await import('swagger-ui-express')
    return express.Router().use(ui.serve, ui.setup(undefined, { swaggerOptions: { url: '/openapi.json' } }))
  }
  router.use('/docs', async (req, res, next) => {
    page ??= swagger()
    ;(await page)(req, res, next)
  })
  return router
}
