import { z } from 'zod'
import type { Random } from '../chaos/random.ts'

/** What a JSON Schema says of a value, as far as it helps to invent one. */
const shapeSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
})

/** Values by the name of the member they stand in; what is not named gets a word. */
export type Words = Readonly<Record<string, readonly [string, ...string[]]>>

function one<T>(random: Random, list: readonly T[]): T | undefined {
  return list[random.between(0, list.length - 1)]
}

/** Invents a value a JSON Schema may well accept. @param name of the member it is for */
export function inventedBy(schema: unknown, words: Words, random: Random, name = ''): unknown {
  const parsed = shapeSchema.safeParse(schema)
  if (!parsed.success) return {}
  const shape = parsed.data
  if (shape.const !== undefined) return shape.const
  if (shape.enum !== undefined) return one(random, shape.enum)
  const choices = shape.anyOf ?? shape.oneOf
  if (choices !== undefined) return inventedBy(one(random, choices), words, random, name)
  const type = Array.isArray(shape.type) ? one(random, shape.type) : shape.type
  switch (type) {
    case 'object':
      return inventedObject(shape, words, random)
    case 'array':
      return Array.from({ length: random.between(0, 2) }, () =>
        inventedBy(shape.items, words, random, name),
      )
    case 'integer':
    case 'number':
      return random.between(Math.max(shape.minimum ?? 0, 0), Math.min(shape.maximum ?? 99, 99_999))
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    default:
      return random.pick(words[name] ?? words[''] ?? ['word'])
  }
}

function inventedObject(
  shape: z.infer<typeof shapeSchema>,
  words: Words,
  random: Random,
): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(shape.properties ?? {}))
    if (shape.required?.includes(name) === true || random.chance(0.5))
      made[name] = inventedBy(inner, words, random, name)
  if (typeof shape.additionalProperties === 'object')
    for (let i = random.between(0, 2); i > 0; i--) {
      const name = one(random, Object.keys(words)) ?? 'word'
      made[name] = inventedBy(shape.additionalProperties, words, random, name)
    }
  return made
}
