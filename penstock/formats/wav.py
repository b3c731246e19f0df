"""WAV files of sound, 16 bits a sample."""

from __future__ import annotations

import io
import wave

import numpy as np

__all__ = ["encode_wav"]

_FULL = 32768.0


def encode_wav(samples: np.ndarray, sample_rate: int) -> bytes:
    """Encode sound.

    Args:
      samples: float32 of shape (frames, channels), between -1 and 1; what is outside is clipped.
      sample_rate: frames a second.

    Returns:
      The file's bytes.
    """
    scaled = samples.astype(np.float32) * np.float32(_FULL)
    rounded = np.trunc(scaled + np.copysign(np.float32(0.5), scaled))  # halves away from zero
    clipped = np.clip(rounded, -_FULL, _FULL - 1).astype("<i2")
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(clipped.tobytes())
    return content.getvalue()
