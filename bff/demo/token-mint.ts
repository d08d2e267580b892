import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { type Clock, systemClock } from '../contract/clock.ts'
import { makeId } from '../contract/ids.ts'
import { RESOURCE_SCOPES } from '../contract/scopes.ts'
import type { Registration } from '../contract/service.ts'
import type { Login } from './host/sessions.ts'

/** Who the demo's own back end knows to be looking. */
export type Viewer =
  | { readonly role: 'staff'; readonly subject: string; readonly name: string }
  | {
      readonly role: 'client'
      readonly subject: string
      readonly name: string
      /** Staff who act in the client's place. */
      readonly act?: { readonly sub: string; readonly name: string }
    }

export type MayTouch =
  | { readonly kind: 'all' }
  /** Described in the token: first use registers. */
  | { readonly kind: 'one'; readonly service: Registration }
  | { readonly kind: 'these'; readonly services: readonly string[] }

const LIFE_S = 10 * 60

const STAFF_ACTIONS = [
  'create',
  'get-info',
  'get-usage',
  'login',
  'change-password',
  'change-package',
  'change-domain',
  'make-reseller',
  'revoke-reseller',
  'suspend',
  'unsuspend',
  'delete',
  'link',
  'unlink',
]
const CLIENT_SCOPES = [
  'services:read',
  'fields:read',
  'logs:read',
  'usage:read',
  'actions:get-info',
  'actions:get-usage',
  'actions:login',
  'actions:change-password',
]
const STAFF_SCOPES = [...RESOURCE_SCOPES, ...STAFF_ACTIONS.map((name) => `actions:${name}`)]

/** Signs the tokens of an imaginary company, in its own back end, with its own key. */
export class TokenMint {
  readonly #key: JWK
  readonly #issuer: string
  readonly #audience: string
  readonly #clock: Clock

  constructor(key: JWK, issuer: string, audience: string, clock: Clock = systemClock) {
    this.#key = key
    this.#issuer = issuer
    this.#audience = audience
    this.#clock = clock
  }

  /** The public half, as the tenant registers it. */
  get publicKeys(): { keys: JWK[] } {
    const { d: _, ...open } = this.#key
    return { keys: [open] }
  }

  /** @param login how the viewer proved who they are, as the token says it; nothing where that is not known */
  async mint(viewer: Viewer, reach: MayTouch, login?: Login): Promise<string> {
    const claims: JWTPayload = {
      client_id: `fernhill-${viewer.role === 'staff' ? 'admin' : 'client-area'}`,
      role: viewer.role,
      name: viewer.name,
      ...(viewer.role === 'client' && viewer.act !== undefined ? { act: { ...viewer.act } } : {}),
      scope: (viewer.role === 'staff' ? STAFF_SCOPES : CLIENT_SCOPES).join(' '),
      ...(reach.kind === 'one' ? { service: { ...reach.service } } : {}),
      ...(reach.kind === 'these' ? { service: reach.services } : {}),
      ...login,
    }
    const now = this.#clock.now()
    const issued_at = Math.floor(now / 1000)
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: this.#key.kid ?? '' })
      .setIssuer(this.#issuer)
      .setAudience(this.#audience)
      .setSubject(viewer.subject)
      .setJti(makeId('req', now))
      .setIssuedAt(issued_at)
      .setExpirationTime(issued_at + LIFE_S)
      .sign(await importJWK(this.#key, 'ES256'))
  }
}
