import { z } from 'zod'
import type { TenantRow } from '../../db/tenants.ts'
import { type StepUpPolicy, stepUpPolicySchema } from '../auth/step-up.ts'
import { LANGUAGES } from '../texts/languages.ts'
import { type LimitsInput, limitsInputSchema } from './limits.ts'
import type { TenantInput } from './tenant-input.ts'

/** The columns of a tenant that an operator describes. */
export type DescribedColumns = Pick<
  TenantRow,
  | 'label'
  | 'issuer'
  | 'algorithms'
  | 'jwks'
  | 'jwks_url'
  | 'origins'
  | 'client_actions'
  | 'language'
  | 'step_up'
  | 'limits'
>

/** A tenant's description as it is stored. Pure. */
export function columnsOf(input: TenantInput): DescribedColumns {
  return {
    label: input.label,
    issuer: input.issuer,
    algorithms: JSON.stringify(input.algorithms),
    jwks: input.jwks === undefined ? null : JSON.stringify(input.jwks),
    jwks_url: input.jwks_url ?? null,
    origins: JSON.stringify(input.origins),
    client_actions:
      input.client_actions === undefined ? null : JSON.stringify(input.client_actions),
    language: input.language ?? null,
    step_up: input.step_up === undefined ? null : JSON.stringify(input.step_up),
    limits: input.limits === undefined ? null : JSON.stringify(input.limits),
  }
}

const strings = z.array(z.string())
const languageSchema = z.enum(LANGUAGES)

/** What is stored of a tenant, as it was described. Pure. */
export function described(row: TenantRow): {
  readonly label: string
  readonly issuer: string
  readonly algorithms: readonly string[]
  readonly jwks: unknown
  readonly jwks_url: string | undefined
  readonly origins: readonly string[]
  readonly client_actions: readonly string[] | undefined
  readonly language: z.infer<typeof languageSchema> | undefined
  readonly step_up: StepUpPolicy | undefined
  readonly limits: LimitsInput | undefined
} {
  return {
    label: row.label,
    issuer: row.issuer,
    algorithms: strings.parse(JSON.parse(row.algorithms)),
    jwks: row.jwks === null ? undefined : JSON.parse(row.jwks),
    jwks_url: row.jwks_url ?? undefined,
    origins: strings.parse(JSON.parse(row.origins)),
    client_actions:
      row.client_actions === null ? undefined : strings.parse(JSON.parse(row.client_actions)),
    language: row.language === null ? undefined : languageSchema.parse(row.language),
    step_up: row.step_up === null ? undefined : stepUpPolicySchema.parse(JSON.parse(row.step_up)),
    limits: row.limits === null ? undefined : limitsInputSchema.parse(JSON.parse(row.limits)),
  }
}
