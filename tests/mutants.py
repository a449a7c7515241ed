"""Break every backward pass in many ways, and see that the tests notice: ``python tests/mutants.py``.

Each mutant is the library with one change: a transpose dropped, a term, a mask, a step shifted. The
tests of all layers must fail on it. A mutant that survives means that a test is missing.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = [f"tests/test_{name}.py" for name in ("all_layers", "recurrent", "losses", "models", "optim")]

# module, what stands there, what the mutant has instead, which occurrence (from 0)
MUTANTS = [
    # RNN
    ("recurrent", "W_hh_T = self.W_hh.T.copy()", "W_hh_T = self.W_hh.copy()", 0),
    ("recurrent", "_tanh_slope(h[1:][steps]", "_tanh_slope(h[steps]", 0),
    ("recurrent", "np.subtract(1, out, out=out)", "out", 0),
    ("recurrent", "np.add(dh_later, dh[t], out=dh_t)", "np.copyto(dh_t, dh[t])", 0),
    ("recurrent", "np.add(dh_later, dh[t], out=dh_t)", "np.add(dh_later, dh[t - 1], out=dh_t)", 0),
    ("recurrent", "np.copyto(dz[t], 0, where=padded[t])", "pass", 0),
    ("recurrent", "np.copyto(dh_later, dh_t, where=padded[t])", "pass", 0),
    ("recurrent", '"W_hh": h[:-1].reshape(T * B, H).T @ rows', '"W_hh": h[1:].reshape(T * B, H).T @ rows', 0),
    ("recurrent", '"b_h": rows.sum(axis=0)', '"b_h": rows.mean(axis=0)', 0),
    ("recurrent", 'dh_later = _state("dh_n", dh_n', 'dh_later = _state("dh_n", None', 0),
    ("recurrent", "dz[t] *= dh_t", "dz[t] *= dh[t]", 0),
    ("recurrent", "slice(max(end - n, 0), end)", "slice(max(end - n + 1, 0), end)", 0),
    ("recurrent", "range(T, 0, -n)", "range(T, n, -n)", 0),
    # LSTM
    ("recurrent", "self.W_hh.transpose(0, 2, 1).copy()", "self.W_hh.copy()", 0),
    ("recurrent", "np.subtract(1, now, out=local)", "local[:] = 1", 0),
    ("recurrent", "local *= now", "pass", 0),
    ("recurrent", "(g, c[steps], i", "(g, c[1:][steps], i", 0),
    ("recurrent", "(g, c[steps], i", "(i, c[steps], i", 0),
    ("recurrent", "c[steps], i, tanh_c", "c[steps], f, tanh_c", 0),
    ("recurrent", "i, tanh_c[steps])", "i, c[1:][steps])", 0),
    ("recurrent", "_tanh_slope(g, out=local[2])", "pass", 0),
    ("recurrent", "_tanh_slope(tanh_c[steps], out", "_tanh_slope(c[1:][steps], out", 0),
    ("recurrent", "through_c *= o", "pass", 0),
    ("recurrent", "np.multiply(through_t, dh_t, out=dc_t)", "np.copyto(dc_t, dh_t)", 0),
    ("recurrent", "dz[:3, t] *= dc_t", "dz[:3, t] *= dh_t", 0),
    ("recurrent", "dz[3, t] *= dh_t", "dz[3, t] *= dc_t", 0),
    ("recurrent", "dc_t += dc_later", "pass", 0),
    ("recurrent", "f_t = gates[1, t]", "f_t = gates[0, t]", 0),
    ("recurrent", "f_t = np.where(padded[t], 1, f_t)", "pass", 0),
    ("recurrent", "np.copyto(dz[:, t], 0, where=padded[t])", "pass", 0),
    ("recurrent", "np.copyto(dh_later, dh_t, where=padded[t])", "pass", 1),
    ("recurrent", "np.copyto(dc_t, dc_later, where=padded[t])", "pass", 0),
    # GRU
    ("recurrent", "self.W_hh.transpose(0, 2, 1).copy()", "self.W_hh.copy()", 1),
    ("recurrent", "local_n *= ones_less[1]", "local_n *= z", 0),
    ("recurrent", "_tanh_slope(n, out=local_n)", "np.subtract(1, n, out=local_n)", 0),
    ("recurrent", "np.subtract(h[steps], n, out=local_z)", "np.copyto(local_z, h[steps])", 0),
    ("recurrent", "np.subtract(h[steps], n, out=local_z)", "np.subtract(h[1:][steps], n, out=local_z)", 0),
    ("recurrent", "local_z *= ones_less[1]", "pass", 0),
    ("recurrent", "local_z *= z", "pass", 0),
    ("recurrent", "np.multiply(from_state[steps], r,", "np.multiply(h[steps], r,", 0),
    ("recurrent", "local_r *= ones_less[0]", "pass", 0),
    ("recurrent", "dn *= dh_t", "pass", 0),
    ("recurrent", "dr *= dn", "dr *= dh_t", 0),
    ("recurrent", "dz *= dh_t", "dz *= dn", 0),
    ("recurrent", "np.multiply(r, dn, out=dpassed)", "np.copyto(dpassed, dn)", 0),
    ("recurrent", "dh_later += dh_t\n", "pass\n", 0),
    ("recurrent", "dh_t *= z", "pass", 0),
    ("recurrent", "np.copyto(dh_t, 0, where=padded[t])", "pass", 0),
    ("recurrent", "np.copyto(dh_later, dh_passed, where=padded[t])", "pass", 0),
    ("recurrent", "rows[2] = last", "pass", 0),
    # Stacked
    ("recurrent", "caches[k], dstates_n[k]", "caches[k], None", 0),
    # Linear, Embedding, LayerNorm, Dropout
    ("layers", "times(dy, self.W.T)", "times(dy, self.W.reshape(self.W.shape[::-1]))", 0),
    ("layers", '"b": drows.sum(axis=0)', '"b": drows[0]', 0),
    ("layers", "np.add.at(dW, cache, dx)", "dW[cache] += dx", 0),
    ("layers", "dnormal -= mean", "pass", 0),
    ("layers", "dnormal -= normal * along", "pass", 0),
    ("layers", "dnormal = dy * self.gain", "dnormal = dy", 0),
    ("layers", "return dy * cache, {}", "return dy * (cache > 0), {}", 0),
    # convolution and pooling
    ("convolution", "dx[seen] += times(dy", "dx[seen] = times(dy", 0),
    ("convolution", "dW[k] = x[seen].reshape", "dW[k] = x[: len(dy)].reshape", 0),
    ("convolution", "return dx[left : len(x) - right]", "return dx[right : len(x) - left]", 0),
    ("convolution", "dpadded[there] += (dy_part", "dpadded[there] = (dy_part", 0),
    ("convolution", "dpadded[:, p : p + height, p : p + width]", "dpadded[:, :height, :width]", 0),
    ("convolution", "dW += windows[part].reshape", "dW += 1.1 * windows[part].reshape", 0),
    ("convolution", "W = self.W.transpose(2, 3, 0, 1)", "W = self.W.transpose(3, 2, 0, 1)", 0),
    ("convolution", "share = dy / dy.dtype.type(self.size**2)", "share = dy", 0),
    ("convolution", "dwindows, where, dy[..., None]", "dwindows, 0 * where, dy[..., None]", 0),
    ("convolution", "np.put_along_axis(dx, where, dy[None], axis=0)", "dx += dy", 0),
    ("convolution", "share = (real / real.sum(axis=0))", "share = (real / len(x))", 0),
    # attention
    ("attention", "dscores -= np.einsum", "0 * np.einsum", 0),
    ("attention", "a.swapaxes(-1, -2) @ dy", "np.flip(a, -1).swapaxes(-1, -2) @ dy", 0),
    ("attention", "dscores = dscores / np.sqrt(q.shape[2]).astype(q.dtype)", "pass", 0),
    ("attention", "dscores *= scale", "pass", 0),
    ("attention", "dscores[..., None] * self.w * (1 - u * u)", "dscores[..., None] * self.w", 0),
    ("attention", "dz_q, dz_k = dz.sum(axis=2), ", "dz_q, dz_k = dz[:, :, 0], ", 0),
    ("attention", "times(dk, self.W_k.T) + times(dv, self.W_v.T)", "times(dk, self.W_k.T)", 0),
    ("attention", "times(dv, self.W_v.T)", "times(dv, self.W_v)", 0),
    ("attention", "(dx + dsource, None, grads)", "(dx, None, grads)", 0),
    ("attention", "times(dy, self.W_o.T)", "times(dy, self.W_o)", 0),
    ("attention", "dmiddle = dy + dmiddle", "pass", 0),
    ("attention", "return dmiddle + dx, {", "return dx, {", 0),
    ("attention", "dactive * (z > 0)", "dactive", 0),
    # losses
    ("losses", "dlogits *= share", "pass", 0),
    ("losses", "dlogits *= share", "dlogits *= -share", 0),
    ("losses", "dlogits -= targets", "pass", 0),
    ("losses", "dlogits.reshape(-1, C)[at] -= 1", "pass", 0),
    ("losses", "np.ascontiguousarray(log_softmax(logits))", "log_softmax(logits)", 0),
    ("losses", "(np.float64(2 / n) * far)", "(far / n)", 0),
    # optimisers
    ("optim", "m += step", "m = step", 0),
    ("optim", "g -= v", "pass", 0),
    ("optim", "1 - self.beta2**self._t", "1", 0),
    ("optim", "begin, end = end, end + p.size", "begin, end = 0, p.size", 0),
]  # fmt: skip


def notice(folder):
    """Whether the tests fail on the library in the folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0


def main():
    """Try every mutant; end with an error if one survives."""
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name in ("rnnlib", "tests", "book"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "conftest.py"):
            shutil.copy(ROOT / name, folder)
        if notice(folder):
            sys.exit("The tests fail without any mutant.")
        for module, old, new, which in MUTANTS:
            path = folder / "rnnlib" / f"{module}.py"
            source = path.read_text("utf-8")
            parts = source.split(old)
            if len(parts) < which + 2:
                sys.exit(f"{module}.py has no {old!r} number {which}: mend this list")
            path.write_text(
                old.join(parts[: which + 1]) + new + old.join(parts[which + 1 :]), encoding="utf-8"
            )
            killed = notice(folder)
            path.write_text(source, encoding="utf-8")
            survivors += not killed
            print(f"{'killed  ' if killed else 'SURVIVED'}  {module}: {old}  ->  {new}", flush=True)
    print(f"{len(MUTANTS)} mutants, {survivors} survived")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
