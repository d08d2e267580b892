import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { create } from '@custom-elements-manifest/analyzer/src/create.js'
import { litPlugin } from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js'
import { z } from 'zod'
import { classicCompiler } from './classic-compiler.ts'
import {
  type Declaration,
  type Manifest,
  type ManifestModule,
  type Member,
  manifestSchema,
} from './manifest-schema.ts'

/** An element's public interface: what a page may use, and nothing of how it is made. */
export type PublicElement = Declaration & { tagName: string }

/** Names that any page can see, but that are Lit's or the browser's affair. */
const NOT_OURS =
  /^(?:observedAttributes|properties|styles|connectedCallback|attributeChangedCallback)$/
const ELEMENT_FILE = /\/(?:provision-[a-z]+|session-element)\.ts$/

/** The files elements are made of, by path from the root, tools beside them left out. */
export function elementSources(root: string): Map<string, string> {
  const paths = readdirSync(join(root, 'widgets'), { recursive: true, encoding: 'utf8' })
    .map((path) => `widgets/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.startsWith('widgets/npm/'))
    .sort()
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

function isElement(declaration: Declaration): declaration is PublicElement {
  return declaration.tagName !== undefined
}

/** One line of a doc comment, however it was broken. */
const oneLine = (text: string | undefined) => (text ?? '').replaceAll(/\s+/g, ' ').trim()

function isPublic({ privacy, static: isStatic, name }: Member): boolean {
  const isOpen = privacy === undefined || privacy === 'public'
  return isOpen && isStatic !== true && !name.startsWith('#') && !NOT_OURS.test(name)
}

const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }) =>
  (a.name ?? '') < (b.name ?? '') ? -1 : 1

/** A list as it is published: without the analyzer's own notes, and described in one line. */
function published<T extends { description?: string | undefined }>(list: readonly T[]): T[] {
  return list.map((item) => {
    const copy = { ...item, description: oneLine(item.description) }
    for (const note of ['inheritedFrom', 'resolveInitializer', 'privacy'])
      Reflect.deleteProperty(copy, note)
    return copy
  })
}

/** Only what is written down in a doc comment is promised; what Lit keeps for itself is not. */
function publicElement(element: PublicElement): PublicElement {
  const open = (element.members ?? []).filter(isPublic)
  const names = new Set<string | undefined>(open.map(({ name }) => name))
  const attributes = (element.attributes ?? []).filter(
    ({ fieldName }) => fieldName === undefined || names.has(fieldName),
  )
  const members = open.flatMap((member) => {
    const attribute = attributes.find(({ fieldName }) => fieldName === member.name)
    const description = member.description ?? attribute?.description
    return description === undefined && attribute === undefined ? [] : [{ ...member, description }]
  })
  const events = (element.events ?? []).filter(
    ({ name, description }) => name !== undefined && description !== undefined,
  )
  const { superclass: _superclass, ...own } = element
  return {
    ...own,
    description: oneLine(element.description).replace(/^`<[a-z-]+>`: /, ''),
    attributes: published(attributes).sort(byName),
    members: published(members).sort(byName),
    events: published(events).sort(byName),
    slots: published(element.slots ?? []),
    cssParts: published(element.cssParts ?? []).sort(byName),
    cssProperties: published(element.cssProperties ?? []).sort(byName),
    cssStates: published(element.cssStates ?? []),
  }
}

const asBuilt = (path: string) => path.replace(/^\//, '').replace(/\.ts$/, '.js')

function publicModule(module: ManifestModule): ManifestModule {
  const path = asBuilt(module.path)
  const declarations = ELEMENT_FILE.test(module.path)
    ? module.declarations.filter(isElement).map(publicElement)
    : []
  const names = new Set(declarations.map(({ name }) => name))
  const exports = module.exports.filter(
    ({ kind, name }) => kind === 'custom-element-definition' || names.has(name),
  )
  return {
    kind: 'javascript-module',
    path,
    declarations,
    exports: exports.map((one) => ({
      ...one,
      declaration: { name: one.declaration.name, module: asBuilt(one.declaration.module ?? path) },
    })),
  }
}

/** Of what is no class or export of an element the analyzer says other things, which nobody asks here. */
const analyzed = z.looseObject({
  modules: z.array(
    z.looseObject({
      path: z.string(),
      declarations: z.array(z.looseObject({ kind: z.string() })).default([]),
      exports: z.array(z.looseObject({ kind: z.string() })).default([]),
    }),
  ),
})

/**
 * The manifest of the elements as their doc comments and declarations say it.
 *
 * @param sources path from the root → source, of everything an element inherits from
 */
export function manifestOf(sources: ReadonlyMap<string, string>): Manifest {
  const compiler = classicCompiler()
  const modules = [...sources].map(([path, source]) =>
    compiler.createSourceFile(
      path,
      // The analyzer knows a definition by the browser's own call only.
      path.startsWith('widgets/define/')
        ? source.replaceAll(/^define\(/gm, 'customElements.define(')
        : source,
      compiler.ScriptTarget.ES2022,
      true,
    ),
  )
  const whole = analyzed.parse(create({ modules, plugins: litPlugin(), dev: false }))
  const classes = manifestSchema.parse({
    schemaVersion: '2.1.0',
    modules: whole.modules.map((module) => ({
      ...module,
      declarations: module.declarations.filter(({ kind }) => kind === 'class'),
      exports: module.exports.filter(({ kind }) => kind !== 'js' || ELEMENT_FILE.test(module.path)),
    })),
  })
  return {
    schemaVersion: '2.1.0',
    readme: '',
    modules: classes.modules
      .map(publicModule)
      .filter(({ declarations, exports }) => declarations.length + exports.length > 0),
  }
}

/** The elements of a manifest, in the order of their tags. */
export function elementsOf(manifest: Manifest): PublicElement[] {
  return manifest.modules
    .flatMap(({ declarations }) => declarations)
    .filter(isElement)
    .sort((a, b) => (a.tagName < b.tagName ? -1 : 1))
}
