import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { elementSources, elementsOf, manifestOf } from './manifest.ts'
import { type Manifest, manifestSchema } from './manifest-schema.ts'
import { withReference } from './reference.ts'

/** The repository's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** The public interface that pages rely on, as it was last agreed on. */
export const MANIFEST = join(root, 'widgets/npm/custom-elements.json')

/** The manifest the sources have now. */
export const freshManifest = (): Manifest => manifestOf(elementSources(root))

/** The manifest that is committed. */
export function committedManifest(): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(MANIFEST, 'utf8')))
}

/** Path → content of every page that is made from a manifest, as it should be. */
export function pagesOf(manifest: Manifest): Map<string, string> {
  const pages = elementsOf(manifest).map((element): [string, string] => {
    const path = join(root, 'widgets', element.tagName.replace('provision-', ''), 'README.md')
    return [path, withReference(readFileSync(path, 'utf8'), element)]
  })
  return new Map([[MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`], ...pages])
}
