"""The same weights give the same numbers, forward and backward, in rnnlib and in PyTorch.

Run it in this folder: python same_numbers.py
"""

import torch
from reader import as_batch, make_both
from torch.nn.functional import cross_entropy as torch_cross_entropy

from rnnlib.interop import to_torch
from rnnlib.losses import cross_entropy

data, ours, theirs = make_both(seed=0)
ids, targets, mask = as_batch(ours.vocabulary, data.train[:64])

# rnnlib: forward, loss, and the backward pass that chapter 2 derived
logits, cache = ours.forward(ids)
loss, dlogits = cross_entropy(logits, targets, mask)
grads = ours.backward(dlogits, cache)

# PyTorch: forward, loss, and autograd
real = torch.tensor(mask)
torch_logits = theirs(torch.tensor(ids))
torch_loss = torch_cross_entropy(torch_logits[real], torch.tensor(targets)[real])
torch_loss.backward()

print(f"loss: rnnlib {loss:.6f}, PyTorch {torch_loss.item():.6f}")


def largest_difference(array, tensor):
    """Largest absolute difference between an array and a tensor."""
    return (torch.tensor(array) - tensor).abs().max().item()


assert largest_difference(logits, torch_logits) < 1e-12
for layer in ours.layers:
    own = {name.partition(".")[2]: g for name, g in grads.items() if name.startswith(f"{layer}.")}
    for name, gradient in to_torch(getattr(ours, layer), own).items():
        tensor = getattr(theirs, layer).get_parameter(name).grad
        if name == "bias_hh_l0":
            continue  # PyTorch has a second bias, which gets the same gradient as the first
        assert largest_difference(gradient, tensor) < 1e-12, name
        print(f"gradient of {layer + '.' + name:18} {str(tuple(tensor.shape)):8} agrees to 1e-12")
assert torch.allclose(theirs.rnn.bias_ih_l0.grad, theirs.rnn.bias_hh_l0.grad, rtol=0, atol=1e-12)
