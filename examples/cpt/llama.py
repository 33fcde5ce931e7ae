"""llama.py - a decoder as Llama has it: RMSNorm, rotary positions, SwiGLU

Its parameters have the names that Hugging Face's LlamaForCausalLM gives them, the
embedding is the output matrix, too, and a config is the config.json of such a
model, so that what is trained here can be read there, and SmolLM2 here.
"""
import torch
from torch.nn import functional

# Parameters with a vocabulary of 4,096: 3.0 and 31 million.
SIZES = {
    '3M': {'hidden_size': 192, 'intermediate_size': 512, 'num_hidden_layers': 5,
           'num_attention_heads': 6, 'num_key_value_heads': 6},
    '30M': {'hidden_size': 512, 'intermediate_size': 1408, 'num_hidden_layers': 9,
            'num_attention_heads': 8, 'num_key_value_heads': 8},
}


def config(size, vocab_size):
    return {'architectures': ['LlamaForCausalLM'], 'model_type': 'llama',
            'vocab_size': vocab_size, 'max_position_embeddings': 2048,
            'rms_norm_eps': 1e-5, 'rope_theta': 10000.0, 'hidden_act': 'silu',
            'tie_word_embeddings': True, 'torch_dtype': 'float32', **SIZES[size]}


class Norm(torch.nn.Module):
    def __init__(self, dim, eps):
        super().__init__()
        self.weight, self.eps = torch.nn.Parameter(torch.ones(dim)), eps

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, True) + self.eps) * self.weight


def linear(nin, nout):
    return torch.nn.Linear(nin, nout, bias=False)


def rotate(x, cos, sin):
    """x (batch, head, place, dim), turned by its place: halves are the pairs."""
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Attention(torch.nn.Module):
    def __init__(self, c):
        super().__init__()
        dim, self.nhead = c['hidden_size'], c['num_attention_heads']
        self.nkv, self.dim = c['num_key_value_heads'], dim // self.nhead
        self.q_proj = linear(dim, dim)
        self.k_proj = linear(dim, self.nkv * self.dim)
        self.v_proj = linear(dim, self.nkv * self.dim)
        self.o_proj = linear(dim, dim)

    def forward(self, x, cos, sin, mask):
        batch, place, dim = x.shape
        q, k, v = (project(x).view(batch, place, -1, self.dim).transpose(1, 2)
                   for project in (self.q_proj, self.k_proj, self.v_proj))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if self.nkv < self.nhead:  # several heads share their keys and values
            k = k.repeat_interleave(self.nhead // self.nkv, 1)
            v = v.repeat_interleave(self.nhead // self.nkv, 1)
        weight = q @ k.transpose(2, 3) * self.dim ** -0.5 + mask
        x = weight.softmax(-1) @ v
        return self.o_proj(x.transpose(1, 2).reshape(batch, place, dim))


class Feed(torch.nn.Module):
    def __init__(self, c):
        super().__init__()
        dim, inner = c['hidden_size'], c['intermediate_size']
        self.gate_proj, self.up_proj = linear(dim, inner), linear(dim, inner)
        self.down_proj = linear(inner, dim)

    def forward(self, x):
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(torch.nn.Module):
    def __init__(self, c):
        super().__init__()
        dim, eps = c['hidden_size'], c['rms_norm_eps']
        self.input_layernorm = Norm(dim, eps)
        self.self_attn = Attention(c)
        self.post_attention_layernorm = Norm(dim, eps)
        self.mlp = Feed(c)

    def forward(self, x, cos, sin, mask):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(torch.nn.Module):
    def __init__(self, c):
        super().__init__()
        self.config, dim = c, c['hidden_size']
        self.model = torch.nn.ModuleDict({
            'embed_tokens': torch.nn.Embedding(c['vocab_size'], dim),
            'layers': torch.nn.ModuleList(
                Layer(c) for _ in range(c['num_hidden_layers'])),
            'norm': Norm(dim, c['rms_norm_eps'])})
        # Those that add to the sum of all layers begin smaller, as in GPT-2.
        small = 0.02 / (2 * c['num_hidden_layers']) ** 0.5
        for name, p in self.named_parameters():
            if p.dim() == 2:
                last = 'o_proj' in name or 'down_proj' in name
                torch.nn.init.normal_(p, std=small if last else 0.02)

    def forward(self, x):
        """Logits (batch, place, vocab) of the id after each of x (batch, place)."""
        place = torch.arange(x.shape[1], dtype=torch.float32)
        dim = self.config['hidden_size'] // self.config['num_attention_heads']
        turn = self.config['rope_theta'] ** (-torch.arange(0, dim, 2) / dim)
        angle = place[:, None] * turn
        mask = torch.full((len(place), len(place)), -torch.inf).triu(1)
        embed = self.model['embed_tokens']
        x = embed(x)
        for layer in self.model['layers']:
            x = layer(x, angle.cos(), angle.sin(), mask)
        return self.model['norm'](x) @ embed.weight.T
