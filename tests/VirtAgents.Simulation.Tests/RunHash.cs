using System.Security.Cryptography;
using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Tests;

/// <summary>A fingerprint of everything a run showed.</summary>
internal sealed class RunHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(SimulatedEvent happened) => _hash.AppendData(Encoding.UTF8.GetBytes(happened.ToString()));

    public void Add(SampleSet samples)
    {
        Add(samples.TimeUnixMs);
        Add(samples.InventoryVersion);
        for (int i = 0; i < samples.TableCount; i++)
        {
            SampleTable table = samples[i];
            for (int row = 0; row < table.RowCount; row++)
            {
                Add(table.Subjects[row]);
                for (int column = 0; column < table.Metrics.Length; column++)
                {
                    Add(table.TryGet(row, column, out long value) ? value : long.MinValue);
                }
            }
        }
    }

    public string Finish() => Convert.ToHexString(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private void Add(long value) => _hash.AppendData(BitConverter.GetBytes(value));
}
