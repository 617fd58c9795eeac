import { describe, expect, it } from '@jest/globals';
import { formFile, formImages, rawPicture } from './picture-formats.js';

const FILE = Uint8Array.of(0xff, 0xd8, 0x0d, 0x0a, 0xff, 0xd9);

describe('the formats of pictures', () => {
  it('send a form with the file under the name each server looks for, or the bare file', async () => {
    for (const [format, field] of [[formFile, 'file'], [formImages, 'images']] as const) {
      const { contentType, body } = format.encode(FILE);
      const form = await new Response(Uint8Array.from(body), { headers: { 'content-type': contentType } }).formData();
      const file = form.get(field) as File;
      expect(new Uint8Array(await file.arrayBuffer())).toEqual(FILE);
      expect([...form.keys()]).toEqual([field]);
    }
    expect(rawPicture.encode(FILE)).toEqual({ contentType: 'image/jpeg', body: FILE });
  });

  it('read the class and its score from what each server answers', () => {
    const found = { index: 7, score: 0.75 };
    expect(formFile.readAnswer(Buffer.from('{"predictions":[{"class_id":7,"confidence":0.75},{"class_id":1,"confidence":0.1}]}'))).toEqual(found);
    expect(rawPicture.readAnswer(Buffer.from('{"class":7,"score":0.75}'))).toEqual(found);
    expect(formImages.readAnswer(Buffer.from('[{"class":7,"score":0.75}]'))).toEqual(found);
  });

  it('take nothing else for an answer', () => {
    for (const format of [formFile, rawPicture, formImages]) {
      for (const text of ['', '<html>', '{}', '[]', '{"predictions":[]}', '{"class":"7","score":1}', 'null']) expect(format.readAnswer(Buffer.from(text))).toBeUndefined();
    }
  });
});
