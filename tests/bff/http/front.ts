import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type App, createApp } from '../../../bff/app.ts'
import { RemoteKeys } from '../../../bff/auth/key-source.ts'
import { Revocations } from '../../../bff/auth/revocation.ts'
import type { TenantKeys, VerifyDeps } from '../../../bff/auth/verify.ts'
import { Panels } from '../../../bff/configurations/panels.ts'
import type { TenantId } from '../../../bff/contract/ids.ts'
import type { TurnedAway } from '../../../bff/http/access.ts'
import type { EngineDeps } from '../../../bff/operations/deps.ts'
import { Feed } from '../../../bff/operations/feed.ts'
import type { Provider } from '../../../bff/providers/provider.ts'
import { Refresher } from '../../../bff/services/refresh.ts'
import { revokedReader } from '../../../bff/tenants/revoked-reader.ts'
import type { Database } from '../../../db/connect.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Scene, setScene } from '../operations/scene.ts'

export const AUDIENCE = 'https://panel.example'
export const ORIGIN = 'https://admin.brand.example'

/** The app on a real database, with tenants whose keys the test holds. */
export interface Front {
  readonly scene: Scene
  readonly app: App
  readonly auth: VerifyDeps
  readonly revocations: Revocations
  /** Why requests were not let in. */
  readonly turnedAway: TurnedAway[]
  readonly feed: Feed
  /** A token; staff of the first brand with every scope named, unless told otherwise. */
  token(claims?: Record<string, unknown>): Promise<string>
  ask(
    method: string,
    path: string,
    more?: {
      token?: string | null
      body?: unknown
      raw?: string
      headers?: Record<string, string>
    },
  ): Promise<Response>
  end(): Promise<void>
}

export const ALL_SCOPES = [
  'services:read',
  'services:write',
  'accounts:cascade',
  'accounts:link',
  'fields:read',
  'fields:write',
  'logs:read',
  'logs:export',
  'usage:read',
  'configurations:read',
  'configurations:write',
  'operations:manage',
  'actions:repack',
  'actions:freeze',
  'actions:found',
  'actions:whisper',
  'actions:forget',
  'actions:peek',
  'actions:erase',
  'actions:wake',
].join(' ')

let ids = 0

/**
 * @param provider what its services can do; the invented one unless told
 * @param opened the database it stands on; a file of its own unless told
 * @param over what its tokens are checked with, where that is not as usual
 */
export async function openFront(
  provider?: Provider,
  opened?: Database,
  over: Partial<VerifyDeps> = {},
): Promise<Front> {
  const scene = await setScene(provider, opened)
  const pair = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1' }
  const key: CryptoKey = pair.privateKey
  const tenantFor = (tenant: TenantId, issuer: string): TenantKeys => ({
    tenant,
    issuer,
    algorithms: ['ES256'],
    keys: { jwks: { keys: [jwk] } },
    origins: [ORIGIN],
    client_actions: ['peek', 'whisper'],
  })
  const tenants = new Map([
    ['https://brand.example', tenantFor(tenantId('ten_1'), 'https://brand.example')],
    ['https://other.example', tenantFor(tenantId('ten_2'), 'https://other.example')],
  ])
  const engine: EngineDeps = scene.deps
  const vault = { seal: engine.seal, open: engine.open }
  const revocations = new Revocations(engine.clock, revokedReader(engine))
  const turnedAway: TurnedAway[] = []
  const auth: VerifyDeps = {
    clock: engine.clock,
    audience: AUDIENCE,
    remoteKeys: new RemoteKeys({
      clock: engine.clock,
      fetch: () => Promise.reject(new Error('nothing to fetch')),
    }),
    revocations,
    tenantOf: async (issuer) => tenants.get(issuer),
    ...over,
  }
  const feed = new Feed(engine, { automatic: false })
  const app = createApp({
    engine,
    feed,
    configurations: {
      db: engine.db,
      clock: engine.clock,
      vault,
      provider: engine.provider,
      panels: new Panels({
        db: engine.db,
        provider: engine.provider,
        vault,
        allowedHosts: [],
        lines: engine.lines,
        report: engine.report,
      }),
      allowedHosts: [],
    },
    refresher: new Refresher({
      db: engine.db,
      clock: engine.clock,
      panelOf: engine.panelOf,
      report: engine.report,
    }),
    auth,
    sayFor: () => ({
      language: 'en',
      say: ({ code, params = {} }) => ({ code, params, text: code }),
      calm: ({ code, params = {} }) => ({ code, params, text: `calm ${code}` }),
    }),
    isKnownOrigin: async (origin) => origin === ORIGIN,
    isReady: async () => true,
    turnedAway: (entry) => turnedAway.push(entry),
  })
  const front: Front = {
    scene,
    app,
    auth,
    revocations,
    turnedAway,
    feed,
    token(claims = {}) {
      const now = Math.floor(scene.now / 1000)
      const all = {
        iss: 'https://brand.example',
        aud: AUDIENCE,
        sub: 'ann',
        jti: `jti-${ids++}`,
        client_id: 'admin',
        iat: now,
        exp: now + 300,
        role: 'staff',
        scope: ALL_SCOPES,
        ...claims,
      }
      return new SignJWT(all)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
        .sign(key)
    },
    async ask(method, path, { token, body, raw, headers = {} } = {}) {
      const bearer = token === null ? undefined : (token ?? (await front.token()))
      const text = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      return app.hono.request(`/v1${path}`, {
        method,
        headers: {
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
      })
    },
    end: () => scene.end(),
  }
  return front
}

/** What was answered, without what differs in every answer. */
export async function bare(response: Response): Promise<string> {
  const text = await response.text()
  return `${response.status} ${text.replaceAll(/req_[0-9a-z]+/g, 'req')}`
}
