"""The network of chapter 2 in PyTorch: the same layers, filled with the same numbers."""

import numpy as np
import torch
from torch import nn

from rnnlib.data.sentences import make_sentences
from rnnlib.interop import to_torch
from rnnlib.models import SequenceClassifier
from rnnlib.text import Vocabulary, pad

PROBABILITIES = {-1: [1.0, 0.0], 0: [0.5, 0.5], 1: [0.0, 1.0]}  # of negative and positive


class Reader(nn.Module):
    """Reads words and gives two scores after each: embedding, RNN, linear layer."""

    def __init__(self, n_words, embed_size, hidden_size, n_classes):
        super().__init__()
        self.embedding = nn.Embedding(n_words, embed_size)
        self.rnn = nn.RNN(embed_size, hidden_size)  # time first, like ours
        self.output = nn.Linear(hidden_size, n_classes)

    def forward(self, ids):
        """Turn word numbers of shape (T, B) into scores of shape (T, B, C)."""
        h, h_n = self.rnn(self.embedding(ids))  # h: (T, B, H), every state; h_n: (1, B, H), the last
        return self.output(h)

    def fill_from(self, network):
        """Take over the weights of the network of chapter 2."""
        for name in network.layers:
            arrays = to_torch(getattr(network, name))
            getattr(self, name).load_state_dict({k: torch.tensor(a) for k, a in arrays.items()})


def make_both(seed):
    """Make the sentences, and the network of chapter 2 twice: in numpy and in PyTorch, equal weights."""
    data = make_sentences(np.random.default_rng(2026))
    vocabulary = Vocabulary(word for sentence in data.train for word in sentence.words)
    ours = SequenceClassifier(vocabulary, ["negative", "positive"], 4, 8, np.random.default_rng(seed))
    theirs = Reader(len(vocabulary), 4, 8, 2).double()
    theirs.fill_from(ours)
    return data, ours, theirs


def as_batch(vocabulary, sentences):
    """Return word numbers (T, B), targets (T, B, 2), and which steps are real (T, B)."""
    ids, mask = pad([vocabulary.encode(s.words)[0] for s in sentences])
    targets, _ = pad([np.array([PROBABILITIES[v] for v in s.verdicts]) for s in sentences])
    return ids, targets, mask
