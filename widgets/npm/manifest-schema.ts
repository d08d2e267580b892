import { z } from 'zod'

const described = { name: z.string(), description: z.string().optional() }
const type = z.looseObject({ text: z.string() })

const attribute = z.looseObject({
  ...described,
  type: type.optional(),
  default: z.string().optional(),
  fieldName: z.string().optional(),
})
const member = z.looseObject({
  ...described,
  kind: z.enum(['field', 'method']),
  type: type.optional(),
  privacy: z.enum(['public', 'protected', 'private']).optional(),
  static: z.boolean().optional(),
  attribute: z.string().optional(),
  return: z.looseObject({ type: type.optional() }).optional(),
  parameters: z.array(z.looseObject({ name: z.string(), type: type.optional() })).optional(),
})
// The analyzer also lists events whose name it could not find out.
const event = z.looseObject({ ...described, name: z.string().optional(), type: type.optional() })
const named = z.looseObject(described)

const declaration = z.looseObject({
  kind: z.string(),
  name: z.string(),
  description: z.string().optional(),
  tagName: z.string().optional(),
  members: z.array(member).optional(),
  attributes: z.array(attribute).optional(),
  events: z.array(event).optional(),
  slots: z.array(named).optional(),
  cssParts: z.array(named).optional(),
  cssProperties: z.array(named).optional(),
  cssStates: z.array(named).optional(),
})

const exported = z.looseObject({
  kind: z.string(),
  name: z.string(),
  declaration: z.looseObject({ name: z.string(), module: z.string().optional() }),
})

const moduleSchema = z.looseObject({
  kind: z.string(),
  path: z.string(),
  declarations: z.array(declaration),
  exports: z.array(exported),
})

/** What is used here of a custom-elements manifest; a test holds the whole against the published schema. */
export const manifestSchema = z.looseObject({
  schemaVersion: z.string(),
  modules: z.array(moduleSchema),
})

export type Manifest = z.infer<typeof manifestSchema>
export type ManifestModule = z.infer<typeof moduleSchema>
export type Declaration = z.infer<typeof declaration>
export type Member = z.infer<typeof member>
export type Named = z.infer<typeof named>
