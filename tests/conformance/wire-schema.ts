import { fields, list } from './asking.ts'

/**
 * What of a value does not fit a schema of the published description: `path: what is wrong`, none when it fits. Knows the
 * words that description uses: type, nullable, enum, oneOf, items, properties, required, additionalProperties, minimum,
 * maximum, multipleOf.
 */
export function mismatches(schema: unknown, value: unknown, path = '$'): string[] {
  const wanted = fields(schema)
  if (value === null && wanted.nullable === true) return []
  if (Array.isArray(wanted.oneOf)) {
    const fits = wanted.oneOf.some((each: unknown) => mismatches(each, value, path).length === 0)
    return fits ? [] : [`${path}: fits none of the alternatives`]
  }
  if (typeof wanted.type === 'string' && !isOfType(wanted.type, value)) {
    return [`${path}: is ${kindOf(value)}, not ${wanted.type}`]
  }
  if (Array.isArray(wanted.enum) && !wanted.enum.includes(value)) {
    return [`${path}: ${JSON.stringify(value)} is not in ${JSON.stringify(wanted.enum)}`]
  }
  return [
    ...numberMismatches(wanted, value, path),
    ...list(value).flatMap((item, at) => mismatches(wanted.items, item, `${path}[${at}]`)),
    ...objectMismatches(wanted, value, path),
  ]
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return kindOf(value) === type
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function numberMismatches(wanted: Record<string, unknown>, value: unknown, path: string): string[] {
  if (typeof value !== 'number') return []
  const { minimum, maximum, multipleOf } = wanted
  if (typeof minimum === 'number' && value < minimum) return [`${path}: below ${minimum}`]
  if (typeof maximum === 'number' && value > maximum) return [`${path}: above ${maximum}`]
  if (typeof multipleOf === 'number' && value % multipleOf !== 0) {
    return [`${path}: no multiple of ${multipleOf}`]
  }
  return []
}

function objectMismatches(wanted: Record<string, unknown>, value: unknown, path: string): string[] {
  if (kindOf(value) !== 'object') return []
  const has = fields(value)
  const properties = fields(wanted.properties)
  const missing = list(wanted.required)
    .filter((key) => !Object.hasOwn(has, String(key)))
    .map((key) => `${path}.${String(key)}: is missing`)
  const others = fields(wanted.additionalProperties)
  return [
    ...missing,
    ...Object.entries(has).flatMap(([key, entry]) =>
      mismatches(
        Object.hasOwn(properties, key) ? properties[key] : others,
        entry,
        `${path}.${key}`,
      ),
    ),
  ]
}

/** Keys and kinds of a value that another one lacks: every key there, with the same kind of value. Lists are compared by their first items. */
export function lacks(expected: unknown, actual: unknown, path = '$'): string[] {
  if (kindOf(expected) !== kindOf(actual)) {
    return [`${path}: is ${kindOf(actual)}, was ${kindOf(expected)}`]
  }
  if (Array.isArray(expected)) {
    const [was] = expected
    const [is] = list(actual)
    return was === undefined || is === undefined ? [] : lacks(was, is, `${path}[0]`)
  }
  if (kindOf(expected) !== 'object') return []
  const has = fields(actual)
  return Object.entries(fields(expected)).flatMap(([key, entry]) =>
    Object.hasOwn(has, key)
      ? lacks(entry, has[key], `${path}.${key}`)
      : [`${path}.${key}: is missing`],
  )
}
