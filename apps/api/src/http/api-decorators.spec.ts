import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import * as swagger from '@nestjs/swagger';
import { ApiOperation, ApiTags, applyApiDecorators } from './api-decorators.js';

describe('applyApiDecorators', () => {
  it('gives the decorators the effect they have in the library, and none before', () => {
    @ApiTags('Yard')
    class Deferred {
      @ApiOperation({ summary: 'couples' })
      couple(): void {}
    }
    @swagger.ApiTags('Yard')
    class Direct {
      @swagger.ApiOperation({ summary: 'couples' })
      couple(): void {}
    }
    expect([...described(Deferred), ...described(Deferred.prototype.couple)]).toEqual([]);
    applyApiDecorators(swagger);
    expect(described(Deferred)).toEqual(described(Direct));
    expect(described(Direct)).toEqual([['swagger/apiUseTags', ['Yard']]]);
    expect(described(Deferred.prototype.couple)).toEqual(described(Direct.prototype.couple));
    expect(described(Direct.prototype.couple)).toEqual([['swagger/apiOperation', expect.objectContaining({ summary: 'couples' })]]);
  });
});

/** What the library has written on a class or a method. */
function described(target: object): [string, unknown][] {
  const keys = (Reflect.getMetadataKeys(target) as string[]).filter((key) => key.startsWith('swagger/'));
  return keys.map((key) => [key, Reflect.getMetadata(key, target)]);
}
