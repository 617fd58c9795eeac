import { filesUnder, readText } from '../deployment/repository-files.js';

/**
 * The routes the api's controllers declare, but for those that are left out of the document on purpose, read from their text, as OpenAPI writes
 * them: `GET /jobs/{id}`.
 */
export function declaredRoutes(): string[] {
  const controllers = [...filesUnder('apps/api/src', '.controller.ts'), ...filesUnder('libs/service-runtime/src', '.controller.ts')];
  return controllers.flatMap((file) => routesOf(readText(file)));
}

function routesOf(source: string): string[] {
  const prefix = /@Controller\((?:'([^']*)')?\)/.exec(source)?.[1] ?? '';
  return [...source.matchAll(/@(Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)(?!\s*@ApiExcludeEndpoint)/g)].map(([, method, path = '']) => {
    const segments = [prefix, path].filter((part) => part !== '').join('/');
    return `${method!.toUpperCase()} /${segments.replace(/:(\w+)/g, '{$1}')}`;
  });
}
