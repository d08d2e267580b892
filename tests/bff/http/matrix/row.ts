import { NORTH, ONLY_NORTH } from '../../brands.ts'

/** Whose request it is. Every row says what each of them gets. */
export const COLUMNS = [
  /** Staff of the tenant with every scope. */
  'right',
  /** Staff with the one scope the route needs and no other. */
  'only',
  /** No `Authorization` at all. */
  'none',
  /** An `Authorization` that is not well formed. */
  'header',
  /** Bearer, and no token behind it that could be one. */
  'malformed',
  'expired',
  'revoked',
  /** Made for another BFF. */
  'audience',
  /** Staff with every scope but the one. */
  'scope',
  /** Staff whose `authorization_details` leave out the one for this service. */
  'narrowed',
  /** A client of this very service, with every scope written into the token. */
  'client',
  /** The host's own back end, with every scope written into the token. */
  'system',
  /** Staff bound to another service of the tenant. */
  'service',
  /** Staff of another tenant, with every scope. */
  'tenant',
] as const
export type Column = (typeof COLUMNS)[number]

/** Status, and for a refusal its code and its `WWW-Authenticate`, `-` where there must be none. */
export type Cell = string

export interface Row extends Readonly<Record<Column, Cell>> {
  /** As the router has it. */
  readonly route: string
  /** What makes it a row of its own where a route has several. */
  readonly when?: string
  readonly path: string
  /** The same about something nobody has; none where the path names nothing. */
  readonly missing?: string
  readonly body?: unknown
  /** What `only` holds and `scope` lacks: any of them would do. */
  readonly needs: readonly [string, ...string[]]
}

export const NO_TOKEN: Cell = '401 token_missing | Bearer realm="provision"'
export const BAD_HEADER: Cell =
  '400 invalid_request | Bearer realm="provision", error="invalid_request"'
export const BAD_TOKEN: Cell = '401 invalid_token | Bearer realm="provision", error="invalid_token"'
export const NOT_THERE: Cell = '404 not_found | -'
/** @param scope written out in each row: nothing here looks it up */
export const lacks = (scope: string): Cell =>
  `403 insufficient_scope | Bearer realm="provision", error="insufficient_scope", scope="${scope}"`
/** The same, found out only when the object had been looked up. */
export const lacksInside = lacks

/** A service of the first brand only, and one nobody has. */
export const OWN = `/v1/services/${ONLY_NORTH}`
export const NOBODY = '/v1/services/nobody'
/** Ids of our form that are nobody's. */
export const NO_OPERATION = '/v1/operations/op_00000000000000000000000000'
export const NO_CONFIGURATION = '/v1/configurations/cfg_00000000000000000000000000'
export const QUEUED = `/v1/operations/${NORTH.queued}`
export const STUCK = `/v1/operations/${NORTH.stuck}`
export const CONFIGURATION = `/v1/configurations/${NORTH.configuration}`
export const SPARE = `/v1/configurations/${NORTH.spare}`
