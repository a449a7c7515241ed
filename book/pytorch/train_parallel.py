"""Train the reader of chapter 2 on several processes at once, each with its share of every batch.

torchrun starts the processes and tells each its number (its rank):

    torchrun --nproc_per_node=1 train_parallel.py 25 one.npz
    torchrun --nproc_per_node=2 train_parallel.py 25 two.npz

The numbers are the epochs to train, and the file for the weights. Both runs see the same batches, only
shared out, so they differ by rounding alone.
"""

import sys

import numpy as np
import torch
import torch.distributed as dist
from reader import as_batch, make_both
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

EPOCHS, BATCH, FILE = int(sys.argv[1]), 64, sys.argv[2]

torch.set_num_threads(1)
dist.init_process_group("gloo")  # between processors; between graphics cards it is "nccl"
rank, n_processes = dist.get_rank(), dist.get_world_size()

data, ours, model = make_both(seed=0)  # the same seed: every process begins with the same weights
parallel = DistributedDataParallel(model)  # averages the gradients of all processes in backward()
adam = torch.optim.Adam(parallel.parameters(), lr=0.02)
rng = np.random.default_rng(0)  # the same seed again: all shuffle alike, and take different shares

for epoch in range(EPOCHS):
    order, total, words = rng.permutation(len(data.train)), 0.0, 0
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        share = [data.train[i] for i in batch[rank::n_processes]]
        ids, targets, mask = as_batch(ours.vocabulary, share)
        real = torch.tensor(mask)
        logits = parallel(torch.tensor(ids))
        loss = cross_entropy(logits[real], torch.tensor(targets)[real], reduction="sum")

        # A share may have more words than another, so the mean of the shares' means is not the mean
        # of the batch. Divide the sums by what all of them have, and undo the averaging over processes.
        n_words = real.sum()
        dist.all_reduce(n_words)
        adam.zero_grad()
        (loss * n_processes / n_words).backward()
        torch.nn.utils.clip_grad_norm_(parallel.parameters(), 1.0)
        adam.step()
        total, words = total + loss.item(), words + int(real.sum())
    sums = torch.tensor([total, words], dtype=torch.float64)
    dist.all_reduce(sums)
    if rank == 0 and (epoch + 1) % 5 == 1:
        print(f"epoch {epoch + 1:2d}: loss {sums[0] / sums[1]:.3f}", flush=True)

if rank == 0:
    pairs = [sentence for pair in data.pairs for sentence in pair]
    ids, _, mask = as_batch(ours.vocabulary, pairs)
    with torch.no_grad():
        logits = model(torch.tensor(ids)).numpy()
    at_end = logits[mask.sum(axis=0) - 1, np.arange(len(pairs))]
    right = (at_end[:, 1] > at_end[:, 0]) == [s.label > 0 for s in pairs]
    print(f"{n_processes} process(es), matched pairs: {right.mean():.3f}", flush=True)
    np.savez(FILE, **{name: p.numpy() for name, p in model.state_dict().items()})
dist.destroy_process_group()
