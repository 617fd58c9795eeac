import type * as Swagger from '@nestjs/swagger';

type Library = typeof Swagger;
type DecoratorName =
  | 'ApiAcceptedResponse' | 'ApiBadRequestResponse' | 'ApiBody' | 'ApiConsumes' | 'ApiCreatedResponse' | 'ApiForbiddenResponse' | 'ApiFoundResponse'
  | 'ApiHeader' | 'ApiNotImplementedResponse' | 'ApiOkResponse' | 'ApiOperation' | 'ApiParam' | 'ApiQuery' | 'ApiTags';
type Apply = (...target: unknown[]) => void;

/** What the controllers say of themselves, in their order, until somebody asks for the document. */
const kept: ((library: Library) => void)[] = [];

/**
 * Gives the decorators their effect.
 * @param library @nestjs/swagger, imported
 */
export function applyApiDecorators(library: Library): void {
  for (const apply of kept.splice(0)) apply(library);
}

/**
 * The decorator of @nestjs/swagger, kept for later: the library is 500 files, a quarter of what the api would load at start, and only whoever
 * reads the document needs it.
 */
function deferred<Name extends DecoratorName>(name: Name): Library[Name] {
  const decorator = (...options: unknown[]): Apply => (...target) => {
    kept.push((library) => (library[name] as (...options: unknown[]) => Apply)(...options)(...target));
  };
  return decorator as unknown as Library[Name];
}

export const ApiAcceptedResponse = deferred('ApiAcceptedResponse');
export const ApiBadRequestResponse = deferred('ApiBadRequestResponse');
export const ApiBody = deferred('ApiBody');
export const ApiConsumes = deferred('ApiConsumes');
export const ApiCreatedResponse = deferred('ApiCreatedResponse');
export const ApiForbiddenResponse = deferred('ApiForbiddenResponse');
export const ApiFoundResponse = deferred('ApiFoundResponse');
export const ApiHeader = deferred('ApiHeader');
export const ApiNotImplementedResponse = deferred('ApiNotImplementedResponse');
export const ApiOkResponse = deferred('ApiOkResponse');
export const ApiOperation = deferred('ApiOperation');
export const ApiParam = deferred('ApiParam');
export const ApiQuery = deferred('ApiQuery');
export const ApiTags = deferred('ApiTags');
