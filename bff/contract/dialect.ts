import { z } from 'zod'

/** Where a form gets live choices from: a list the configuration's server is asked for. */
export const CHOICE_LISTS = ['packages', 'acls', 'ips', 'accounts', 'password-policy'] as const
export type ChoiceList = (typeof CHOICE_LISTS)[number]

const inputHintsSchema = z.strictObject({
  group: z.string().optional(),
  order: z.number().int().optional(),
  /** `password` offers making one; `textarea` is long text; `domain` is typed as a domain name. */
  widget: z
    .enum(['text', 'textarea', 'password', 'select', 'radio', 'checkbox', 'date', 'accounts'])
    .optional(),
  /** Choices fetched live; free text if the server cannot be asked. */
  choices: z.enum(CHOICE_LISTS).optional(),
  /** Never stored in clear, never logged, stripped from events. */
  secret: z.boolean().optional(),
  autocomplete: z.string().optional(),
  /** Shown, and sent, only while another property of the same form has this value. */
  show_if: z
    .strictObject({ field: z.string(), equals: z.union([z.string(), z.number(), z.boolean()]) })
    .optional(),
  /** Admits `null`, which means no limit. */
  unlimited: z.boolean().optional(),
  /** Sentence under the control. */
  help: z.string().optional(),
  /** Words for the values of `enum`, in the same order. */
  labels: z.array(z.string()).optional(),
})

const common = { title: z.string(), 'x-provision': inputHintsSchema.optional() }

export const inputPropertySchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('string'),
    enum: z.array(z.string()).optional(),
    const: z.string().optional(),
    minLength: z.number().int().min(0).optional(),
    maxLength: z.number().int().min(0).optional(),
    pattern: z.string().optional(),
    format: z.enum(['email', 'hostname', 'ipv4', 'date']).optional(),
    /** First and last day of a `date`, both allowed. */
    minimum: z.iso.date().optional(),
    maximum: z.iso.date().optional(),
    default: z.string().optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('integer'),
    enum: z.array(z.number().int()).optional(),
    const: z.number().int().optional(),
    minimum: z.number().int().optional(),
    maximum: z.number().int().optional(),
    default: z.number().int().nullable().optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('boolean'),
    const: z.boolean().optional(),
    default: z.boolean().optional(),
  }),
])
export type InputProperty = z.infer<typeof inputPropertySchema>

/** The input dialect of DESIGN §4: a flat JSON-Schema object. No `$ref`, no `anyOf`, nothing nested. */
export const inputSchemaSchema = z.strictObject({
  type: z.literal('object'),
  properties: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), inputPropertySchema),
  required: z.array(z.string()).default([]),
  additionalProperties: z.literal(false).default(false),
})
export type InputSchema = z.infer<typeof inputSchemaSchema>

export type InputValue = string | number | boolean | null
export type Input = Readonly<Record<string, InputValue>>
export const inputValuesSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
)

/** One thing wrong with an input: where (a JSON pointer below `/input`), and a stable code. */
export interface InputFault {
  readonly pointer: string
  readonly code:
    | 'required'
    | 'unknown'
    | 'type'
    | 'enum'
    | 'const'
    | 'min_length'
    | 'max_length'
    | 'minimum'
    | 'maximum'
    | 'earliest'
    | 'latest'
    | 'pattern'
    | 'format'
  readonly params: Readonly<Record<string, string | number>>
}

const HOSTNAME =
  /^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i
const EMAIL =
  /^[^\s@<>"]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i
const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/

/** A day of the calendar as `YYYY-MM-DD`; a day no month has is none. */
const DATE = {
  test(value: string): boolean {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
    const day = new Date(`${value}T00:00:00Z`)
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value)
  },
}

/** Whether a property of a form counts, given the others (`show_if`). */
export function isShown(property: InputProperty, input: Input): boolean {
  const condition = property['x-provision']?.show_if
  return condition === undefined || input[condition.field] === condition.equals
}

/** An input without what its other values put out of the form. Pure. */
export function shownInput({ properties }: InputSchema, input: Input): Input {
  return Object.fromEntries(
    Object.entries(input).filter(([name]) => {
      const property = properties[name]
      return property === undefined || isShown(property, input)
    }),
  )
}

function checkString(
  property: Extract<InputProperty, { type: 'string' }>,
  value: string,
): Pick<InputFault, 'code' | 'params'> | undefined {
  const length = [...value].length
  if (property.const !== undefined && value !== property.const) return { code: 'const', params: {} }
  if (property.enum !== undefined && !property.enum.includes(value))
    return { code: 'enum', params: {} }
  if (property.minLength !== undefined && length < property.minLength)
    return { code: 'min_length', params: { minimum: property.minLength } }
  if (property.maxLength !== undefined && length > property.maxLength)
    return { code: 'max_length', params: { maximum: property.maxLength } }
  if (property.pattern !== undefined && !new RegExp(`^(?:${property.pattern})$`, 'u').test(value))
    return { code: 'pattern', params: {} }
  const formats = { email: EMAIL, hostname: HOSTNAME, ipv4: IPV4, date: DATE }
  if (property.format !== undefined && !formats[property.format].test(value))
    return { code: 'format', params: { format: property.format } }
  // Dates written alike sort as text.
  if (property.format === 'date' && property.minimum !== undefined && value < property.minimum)
    return { code: 'earliest', params: { day: property.minimum } }
  if (property.format === 'date' && property.maximum !== undefined && value > property.maximum)
    return { code: 'latest', params: { day: property.maximum } }
  return undefined
}

function checkInteger(
  property: Extract<InputProperty, { type: 'integer' }>,
  value: number,
): Pick<InputFault, 'code' | 'params'> | undefined {
  if (property.const !== undefined && value !== property.const) return { code: 'const', params: {} }
  if (property.enum !== undefined && !property.enum.includes(value))
    return { code: 'enum', params: {} }
  if (property.minimum !== undefined && value < property.minimum)
    return { code: 'minimum', params: { minimum: property.minimum } }
  if (property.maximum !== undefined && value > property.maximum)
    return { code: 'maximum', params: { maximum: property.maximum } }
  return undefined
}

function checkValue(
  property: InputProperty,
  value: InputValue,
): Pick<InputFault, 'code' | 'params'> | undefined {
  if (value === null)
    return property['x-provision']?.unlimited === true
      ? undefined
      : { code: 'type', params: { expected: property.type } }
  switch (property.type) {
    case 'string':
      return typeof value === 'string'
        ? checkString(property, value)
        : { code: 'type', params: { expected: 'string' } }
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value)
        ? checkInteger(property, value)
        : { code: 'type', params: { expected: 'integer' } }
    case 'boolean':
      if (typeof value !== 'boolean') return { code: 'type', params: { expected: 'boolean' } }
      return property.const !== undefined && value !== property.const
        ? { code: 'const', params: {} }
        : undefined
  }
}

/**
 * Checks an input against a schema of the dialect. Pure.
 *
 * @returns every fault, in the schema's order; an empty array if the input is good
 */
export function checkInput(schema: InputSchema, input: Input): InputFault[] {
  const faults: InputFault[] = []
  const at = (name: string) => `/input/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  for (const name of Object.keys(input)) {
    if (!Object.hasOwn(schema.properties, name))
      faults.push({ pointer: at(name), code: 'unknown', params: {} })
  }
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = Object.hasOwn(input, name) ? input[name] : undefined
    if (value === undefined) {
      if (schema.required.includes(name) && isShown(property, input))
        faults.push({ pointer: at(name), code: 'required', params: {} })
      continue
    }
    const fault = checkValue(property, value)
    if (fault !== undefined) faults.push({ pointer: at(name), ...fault })
  }
  return faults
}
