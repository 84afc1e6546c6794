import { describe, expect, it } from 'vitest';

import { requestIdIn } from '../../format/ids';
import { isOfSignature, parametersOf, showMs } from './model';

describe('a kept body', () => {
  it('becomes the parameters without what was cut', () => {
    expect(parametersOf('{"A":"x","B":"***","C":{"D":"***","E":1},"F":["***","y"]}')).toEqual({
      A: 'x',
      C: { E: 1 },
      F: ['y'],
    });
  });

  it('is no parameters when its end is missing, or when there is none', () => {
    expect(parametersOf('{"A":"x","B":"lon')).toBeUndefined();
    expect(parametersOf('')).toBeUndefined();
    expect(parametersOf('[1]')).toBeUndefined();
  });
});

describe('a RequestId', () => {
  it('is found in what was pasted, in any case', () => {
    expect(requestIdIn(' 5B1F8E0A-3c5d-4a51-9d55-6f0c8b1f2a3e\n')).toBe('5b1f8e0a-3c5d-4a51-9d55-6f0c8b1f2a3e');
  });

  it('is nothing shorter, and no text around one', () => {
    expect(requestIdIn('5b1f8e0a-3c5d-4a51-9d55-6f0c8b1f2a3')).toBeUndefined();
    expect(requestIdIn('id 5b1f8e0a-3c5d-4a51-9d55-6f0c8b1f2a3e')).toBeUndefined();
  });
});

describe('a refusal', () => {
  it('is the doctor’s when the signature was refused, not when a right was missing', () => {
    expect(isOfSignature('AuthFailure.SignatureFailure')).toBe(true);
    expect(isOfSignature('AuthFailure.UnauthorizedOperation')).toBe(false);
    expect(isOfSignature('InvalidParameterValue')).toBe(false);
  });

  it('took milliseconds with one digit', () => {
    expect(showMs(412)).toBe('0.4');
    expect(showMs(12_345)).toBe('12.3');
  });
});
