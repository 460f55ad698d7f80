package processotel_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/process/processotel"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodelotel"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storeotel"
)

// A host watches its log, what follows by itself and its read model.
func Example() {
	ctx := context.Background()
	reader := metric.NewManualReader() // a host has an exporter's, and sets the global provider
	meters := metric.NewMeterProvider(metric.WithReader(reader))

	log := storeotel.Wrap(memory.New(), storeotel.Options{MeterProvider: meters})
	m, err := marketplace.New(log, marketplace.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	processes, err := m.Processes(process.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer processotel.Observe(processes, processotel.Options{MeterProvider: meters})()
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	model, err := open.ReadModel(ctx, "sqlite:"+filepath.Join(folder, "model.db"), false, readmodel.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer model.Close()
	runner, err := model.NewRunner(log, readmodel.RunnerOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer readmodelotel.Observe(runner, readmodelotel.Options{MeterProvider: meters})()

	if err := processes.Settle(ctx); err != nil {
		fmt.Println(err)
		return
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		fmt.Println(err)
		return
	}
	var scopes []string
	for _, of := range all.ScopeMetrics {
		scopes = append(scopes, of.Scope.Name)
	}
	slices.Sort(scopes)
	for _, name := range scopes {
		fmt.Println(name)
	}
	// Output:
	// github.com/marketcore/marketplace/process/processotel
	// github.com/marketcore/marketplace/readmodel/readmodelotel
	// github.com/marketcore/marketplace/store/storeotel
}
