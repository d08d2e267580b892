/** Routes that look at no token, and what they answer whoever asks. Written by hand. */
export const OPEN_ROUTES: Readonly<
  Record<string, { readonly path: string; readonly status: number }>
> = {
  'GET /v1/openapi.json': { path: '/v1/openapi.json', status: 200 },
  'GET /v1/errors': { path: '/v1/errors', status: 200 },
  'GET /v1/errors/:code': { path: '/v1/errors/not_found', status: 200 },
  'GET /livez': { path: '/livez', status: 200 },
  'GET /readyz': { path: '/readyz', status: 200 },
  'GET /widgets/*': { path: '/widgets/1/provision.js', status: 200 },
  'HEAD /widgets/*': { path: '/widgets/1/provision.js', status: 200 },
}

/**
 * The operator's verbs: on a socket only its own user may open, never on the network. Each stands here so that nobody
 * adds one without saying that it is outside.
 */
export const OPERATOR_ROUTES: readonly string[] = [
  'GET /tenants',
  'POST /tenants',
  'GET /tenants/:tenant',
  'PATCH /tenants/:tenant',
  'POST /tenants/:tenant/disable',
  'POST /tenants/:tenant/enable',
  'DELETE /tenants/:tenant',
  'GET /limits',
  'GET /operations',
  'GET /configurations',
  'POST /configurations',
  'GET /audit/keys',
  'POST /audit/keys',
  'GET /audit/head',
  'POST /audit/verify',
  'POST /audit/retain',
  'POST /people/erase',
  'GET /vault',
  'POST /vault/reseal',
  'GET /revoked-tokens',
  'POST /revoked-tokens',
  'GET /revoked-subjects',
  'POST /revoked-subjects',
]
